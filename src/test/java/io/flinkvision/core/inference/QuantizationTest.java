package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Quantization.Agreement;
import io.flinkvision.core.inference.Quantization.QuantizedNetwork;
import io.flinkvision.core.inference.Quantization.SpeedRatio;
import io.flinkvision.core.quantization.AffineQuantization.ValueRange;
import io.flinkvision.core.quantization.QuantizableNetwork;
import io.flinkvision.core.quantization.QuantizableNetwork.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QuantizationTest {

    private static final ModelBundle TRIAGE = ModelBundle.read(Path.of("conf/models/triage"));

    private static List<RgbImage> pictures;

    @BeforeAll
    static void decodePictures() throws IOException {
        pictures = new ArrayList<>();
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, TRIAGE.preprocessing());
                Stream<Path> files = Files.list(Path.of("conf/models/triage/images"))) {
            for (Path file : files.sorted().toList()) {
                pictures.add(((DecodeOutcome.Decoded) decoder.decode(Files.readAllBytes(file))).input());
            }
        }
    }

    @Test
    void measuresEachScopeOfARealNetwork() {
        List<String> progress = new ArrayList<>();

        List<QuantizedNetwork> candidates =
                new Quantization(TRIAGE, pictures.subList(0, 3), pictures.subList(3, 6), progress::add).candidates();

        assertThat(candidates).extracting(QuantizedNetwork::scope).containsExactly(Scope.values());
        assertThat(candidates).extracting(QuantizedNetwork::layers).isSortedAccordingTo(
                (some, more) -> Boolean.compare(some.containsAll(more), more.containsAll(some)));
        assertThat(candidates).allSatisfy(candidate -> {
            assertThat(candidate.agreement().pictures()).isEqualTo(3);
            // Eight bits change something, but not much.
            assertThat(candidate.agreement().meanScoreDifference()).isBetween(1e-7, 0.1);
            assertThat(candidate.onnx().length).isLessThan(TRIAGE.onnx().length);
        });
        assertThat(progress).anyMatch(line -> line.contains("layer 1 of"));
    }

    @Test
    void isNearTheFloatNetworkOnlyWithTheRangesOfItsValues() {
        QuantizableNetwork network = QuantizableNetwork.of(TRIAGE);
        Map<String, ValueRange> ranges = ValueRanges.of(network, TRIAGE.preprocessing(), pictures);
        Map<String, ValueRange> overstretched = new HashMap<>(ranges);
        overstretched.replaceAll((value, range) -> new ValueRange(-1e4f, 1e4f));

        float[] expected = logits(network.onnx());

        Set<String> layers = network.layers().keySet();
        double near = distance(expected, logits(network.quantised(layers, ranges)));
        double far = distance(expected, logits(network.quantised(layers, overstretched)));
        assertThat(near).isPositive().isLessThan(far / 2);
    }

    @Test
    void findsTheRangesOfAllValues() {
        QuantizableNetwork network = QuantizableNetwork.of(TRIAGE);

        Map<String, ValueRange> one = ValueRanges.of(network, TRIAGE.preprocessing(), pictures.subList(0, 1));
        Map<String, ValueRange> all = ValueRanges.of(network, TRIAGE.preprocessing(), pictures);

        assertThat(all).hasSize(network.model().getGraph().getNodeCount() + 1);
        all.forEach((value, range) -> assertThat(range.union(one.get(value))).isEqualTo(range));
        ValueRange logits = one.get("logits");
        float[] scores = logits(network.onnx());
        assertThat(logits.largest()).isCloseTo(max(scores), within(1e-4f));
    }

    @Test
    void takesTheFastestOfThoseThatAgreeAndAreFaster() {
        QuantizedNetwork slow = candidate(Scope.CLASSIFIER, 100, 0.9);
        QuantizedNetwork good = candidate(Scope.LAST_STAGE, 98, 1.1);
        QuantizedNetwork fast = candidate(Scope.POINTWISE, 96, 1.3);

        assertThat(Quantization.best(List.of(slow, good, fast), 0.97)).contains(good);
        assertThat(Quantization.best(List.of(slow, good, fast), 0.96)).contains(fast);
        assertThat(Quantization.best(List.of(slow, good, fast), 0.99)).isEmpty();
    }

    @Test
    void comparesLabelsPictureByPicture() {
        List<Label> cat = List.of(new Label("cat", 0, 0.75f), new Label("dog", 1, 0.25f));
        List<Label> dog = List.of(new Label("dog", 1, 0.5f), new Label("cat", 0, 0.5f));

        Agreement agreement = Agreement.between(List.of(cat, cat, cat, dog), List.of(cat, cat, dog, dog));

        assertThat(agreement.share()).isEqualTo(0.75);
        assertThat(agreement.meanScoreDifference()).isEqualTo(0.25 / 4);
        assertThatIllegalArgumentException().isThrownBy(() -> Agreement.between(List.of(cat), List.of()));
    }

    @Test
    void tellsTheSpeedByItsMedianAndTenths() {
        double[] rounds = new double[101];
        for (int i = 0; i < rounds.length; i++) {
            rounds[i] = 200 - i;
        }

        assertThat(SpeedRatio.ofRounds(rounds)).isEqualTo(new SpeedRatio(110, 150, 190));
    }

    @Test
    void needsPicturesForBoth() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Quantization(TRIAGE, pictures, List.of(), line -> { }));
    }

    private static QuantizedNetwork candidate(Scope scope, int sameLabel, double speed) {
        return new QuantizedNetwork(scope, Set.of("layer"), 0, new byte[0], new Agreement(100, sameLabel, 0.01),
                new SpeedRatio(speed - 0.1, speed, speed + 0.1));
    }

    /** Of the first picture. */
    private static float[] logits(byte[] onnx) {
        int classes = TRIAGE.labels().size();
        try (OnnxRuntimeSession session = OnnxRuntimeSession.load(onnx, TRIAGE.preprocessing().inputSize(), classes)) {
            new InputTensor(TRIAGE.preprocessing(), session.layout()).write(pictures.get(0), session.input());
            session.run();
            float[] logits = new float[classes];
            session.output().get(0, logits);
            return logits;
        }
    }

    private static double distance(float[] some, float[] others) {
        double largest = 0;
        for (int i = 0; i < some.length; i++) {
            largest = Math.max(largest, Math.abs(some[i] - others[i]));
        }
        return largest;
    }

    private static float max(float[] elements) {
        float largest = elements[0];
        for (float element : elements) {
            largest = Math.max(largest, element);
        }
        return largest;
    }
}
