package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.core.bundle.FormulaWeights;
import io.flinkvision.core.inference.OnnxRuntimeSession;
import io.flinkvision.core.weights.StateDict;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares this project's networks with PyTorch's logits for formula-made weights, for every fixture in the folder that
 * the system property {@code parity.dir} names (by default the test resources).
 */
class ParityTest {

    /** By this measure PyTorch's own float32 logits are within 2e-5 of its float64 ones. */
    private static final double TOLERANCE = 1e-4;

    private static final Path FOLDER = Path.of(System.getProperty("parity.dir", "src/test/resources/parity"));

    @TestFactory
    List<DynamicTest> everyFixtureGivesThePyTorchLogits() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<DynamicTest> tests = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)))
                    .toList();
            assertThat(tests).as("fixtures in %s", FOLDER).isNotEmpty();
            return tests;
        }
    }

    private static void check(Path file) throws IOException {
        JsonNode fixture = new ObjectMapper().readTree(file.toFile());
        long salt = fixture.get("salt").bigIntegerValue().longValue();
        StateDict stateDict = FormulaWeights.stateDict(shapes(fixture.get("tensors")), salt);
        String variant = fixture.get("variant").textValue();
        Family family = family(variant);
        List<Network> networks = NetworkRecognition.recognise(stateDict);
        assertThat(networks).as("the networks recognised for %s", variant)
                .extracting(Network::family).contains(family);
        Network network = NetworkRecognition.recognise(stateDict, family);
        assertThat(NetworkSummary.of(network, 224).parameters()).isEqualTo(fixture.get("parameters").longValue());
        double epsilon = batchNormEpsilon(fixture.get("batchNormEps"), network);
        int size = fixture.at("/input/3").intValue();
        int batch = fixture.at("/input/0").intValue();
        byte[] onnx = OnnxGraph.write(network, stateDict, epsilon, size);
        float[] input = FormulaWeights.input(salt, batch * 3 * size * size);
        try (OnnxRuntimeSession session = OnnxRuntimeSession.load(onnx, size, network.variant().classes())) {
            for (int row = 0; row < batch; row++) {
                session.input().put(0, input, row * 3 * size * size, 3 * size * size);
                session.run();
                compare(session.output(), fixture.get("logits").get(row));
            }
        }
    }

    /** A variant's name begins with its family's id: {@code timm-tf_mobilenetv3_small_100} is of {@code timm-tf}. */
    private static Family family(String variant) {
        return Stream.of(Family.values())
                .filter(family -> variant.replace('_', '-').startsWith(family.id() + "-"))
                .max(Comparator.comparingInt(family -> family.id().length()))
                .orElseThrow(() -> new AssertionError("No family of " + variant + " is known"));
    }

    private static double batchNormEpsilon(JsonNode epsilons, Network network) {
        JsonNode epsilon = epsilons.isArray() ? epsilons.path(0) : epsilons;
        assertThat(epsilon.doubleValue()).isEqualTo(network.family().batchNormEpsilon());
        return epsilon.doubleValue();
    }

    private static Map<String, List<Integer>> shapes(JsonNode tensors) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        for (JsonNode tensor : tensors) {
            List<Integer> shape = Stream.iterate(0, i -> i < tensor.get(1).size(), i -> i + 1)
                    .map(i -> tensor.get(1).get(i).intValue())
                    .toList();
            shapes.put(tensor.get(0).textValue(), shape);
        }
        return shapes;
    }

    private static void compare(FloatBuffer ours, JsonNode reference) {
        assertThat(ours.limit()).isEqualTo(reference.size());
        double largestDifference = 0;
        double largestReference = 0;
        int ourBest = 0;
        int referenceBest = 0;
        for (int i = 0; i < reference.size(); i++) {
            double expected = reference.get(i).doubleValue();
            largestDifference = Math.max(largestDifference, Math.abs(ours.get(i) - expected));
            largestReference = Math.max(largestReference, Math.abs(expected));
            ourBest = ours.get(i) > ours.get(ourBest) ? i : ourBest;
            referenceBest = expected > reference.get(referenceBest).doubleValue() ? i : referenceBest;
        }
        assertThat(largestDifference / largestReference).as("relative difference").isLessThanOrEqualTo(TOLERANCE);
        assertThat(ourBest).as("best class").isEqualTo(referenceBest);
    }
}
