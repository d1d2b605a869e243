package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.FormulaWeights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.OnnxMetadata;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.bundle.TaughtBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadAnswer;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.FeatureClassifier.Features;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.OnnxGraph;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.quantization.QuantizableNetwork;
import io.flinkvision.core.weights.LinearHead;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxModel.Scores;
import io.flinkvision.core.weights.SafetensorsWriter;
import io.flinkvision.core.weights.StateDict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bundle's network with a head in place of its last layers gives what the head itself answers. */
class TaughtNetworkTest {

    private static final int SIZE = 64;
    private static final int CLASSES = 5;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Family.class)
    void givesTheLogitsOfTheHeadOnTensorsOfEveryFamily(Family family) {
        assertGivesTheHeadsLogits(ofTensors(family.network(new Variant(NetworkSize.SMALL, 1, false, CLASSES))));
    }

    @Test
    void givesTheLogitsOfTheHeadWhereAnOnnxModelEndsWithASoftmax() throws IOException {
        ModelBundle backbone = ofOnnx(model -> {
            model.getGraphBuilder().getNodeBuilder(model.getGraph().getNodeCount() - 1).clearOutput().addOutput("raw");
            model.getGraphBuilder().addNode(SmallNetwork.node("Softmax", "probabilities", "raw"))
                    .setOutput(0, SmallNetwork.value("probabilities", DataType.FLOAT, -1, CLASSES));
        });
        assertThat(backbone.weights().scores()).isEqualTo(Scores.PROBABILITIES);

        ModelBundle taught = assertGivesTheHeadsLogits(backbone);

        assertThat(taught.weights().scores()).isEqualTo(Scores.LOGITS);
        assertThat(graph(taught).getNodeList()).extracting(NodeProto::getOpType).doesNotContain("Softmax");
    }

    @Test
    void givesTheLogitsOfTheHeadWhereAnOnnxModelPoolsByAFlatMean() throws IOException {
        assertGivesTheHeadsLogits(ofOnnx(model -> lastPool(model).setOpType("ReduceMean")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("axes").setType(AttributeProto.AttributeType.INTS).addInts(2).addInts(3))
                .addAttribute(AttributeProto.newBuilder()
                        .setName("keepdims").setType(AttributeProto.AttributeType.INT).setI(0))));
    }

    @Test
    void givesTheLogitsOfTheHeadInAnOperatorSetWhoseReductionsTakeTheirAxesAsInput() throws IOException {
        assertGivesTheHeadsLogits(ofOnnx(model -> model.setIrVersion(9).getOpsetImportBuilder(0).setVersion(20)));
    }

    @Test
    void keepsItsValuesFromThoseOfANetworkThatHasTheSameNames() throws IOException {
        assertGivesTheHeadsLogits(ofOnnx(model -> {
            String pooled = lastPool(model).getOutput(0);
            List<NodeProto.Builder> nodes = model.getGraphBuilder().getNodeBuilderList();
            String before = lastPool(model).getInput(0);
            nodes.stream().filter(node -> node.getOutput(0).equals(before)).forEach(node -> node.setOutput(0, "head.unit"));
            lastPool(model).setInput(0, "head.unit");
            assertThat(pooled).isEqualTo(lastPool(model).getOutput(0));
        }));
    }

    @Test
    void givesTheHeadsBiasWhereAllFeaturesAreZero() throws IOException {
        Path place = SmallBundle.write(folder.resolve("black"), 32, 1, 2);
        Files.writeString(place.resolve("model.yaml"), "name: black\nweights: net.onnx\n"
                + "preprocessing: {input-size: 32, resize: stretch, mean: [0, 0, 0]}\n");
        ModelBundle taught = taught(ModelBundle.read(place), 3);

        float[] logits = logits(taught, new RgbImage(32, 32, new byte[3 * 32 * 32]));

        assertThat(logits).containsExactly(expectedLogits(layer(taught), new float[3]), within(1e-6f));
    }

    @Test
    void isTheNetworkThatAnExportHolds() {
        ModelBundle taught = assertGivesTheHeadsLogits(
                ofTensors(Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, CLASSES))));
        RgbImage picture = noise(1).get(0);
        float[] expected = logits(taught, picture);

        assertThat(logits(taught, OnnxMetadata.export(taught), picture)).containsExactly(expected);
    }

    @Test
    void hasTheBackboneOfTheNetworkThatItWasTaughtOn() {
        ModelBundle backbone = ofTensors(Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, CLASSES)));
        ModelBundle taught = taught(backbone, SampleHeads.FEATURES);

        assertThat(taught.digest()).isNotEqualTo(backbone.digest());
        assertThat(Backbone.of(taught)).isEqualTo(Backbone.of(backbone));
        try (FeatureClassifier before = FeatureClassifier.load(backbone, new Device.Cpu());
                FeatureClassifier after = FeatureClassifier.load(taught, new Device.Cpu())) {
            assertThat(after.features(noise(1)).get(0).pooled())
                    .containsExactly(before.features(noise(1)).get(0).pooled(), within(1e-6f));
        }
    }

    @Test
    void canBeTaughtAnew() {
        ModelBundle backbone = ofTensors(Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, CLASSES)));
        ModelBundle once = taught(backbone, SampleHeads.FEATURES);

        ModelBundle twice = write("twice", once, SampleHeads.of("other", once.backboneDigest()));

        assertThat(twice.labels()).containsExactly("other-yes", "other-no");
        assertThat(twice.weights().backbone().digest()).isEqualTo(backbone.digest());
    }

    @Test
    void canBeQuantised() throws IOException {
        ModelBundle taught =
                taught(ofTensors(Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, CLASSES))), 576);
        QuantizableNetwork network = QuantizableNetwork.of(taught);
        List<RgbImage> pictures = noise(3);

        byte[] quantised = network.quantised(
                network.layers().keySet(), ValueRanges.of(network, taught.preprocessing(), pictures));

        assertThat(logits(taught, quantised, pictures.get(0)))
                .containsExactly(logits(taught, pictures.get(0)), within(0.5f));
    }

    @Test
    void refusesAHeadForAnotherNumberOfFeatures() {
        ModelBundle backbone = ofTensors(Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, CLASSES)));

        ModelBundle taught = write("taught", backbone, SampleHeads.of("gate", backbone.digest(), 7));

        assertThatExceptionOfType(ModelException.class).isThrownBy(taught::onnx)
                .withMessage("taught: the head takes 7 features, but the network gives 576");
    }

    /** Of a network and a head, by softmax and before it. */
    private ModelBundle assertGivesTheHeadsLogits(ModelBundle backbone) {
        ModelBundle taught = taught(backbone, SampleHeads.FEATURES);
        Head head = Head.read(taught.folder().resolve("head.safetensors"));
        List<RgbImage> pictures = noise(2);
        try (FeatureClassifier features = FeatureClassifier.load(backbone, new Device.Cpu());
                FeatureClassifier ofTaught = FeatureClassifier.load(taught, new Device.Cpu());
                Classifier whole = Classifier.load(taught)) {
            for (RgbImage picture : pictures) {
                float[] unit = features.features(List.of(picture)).get(0).unit();
                HeadAnswer answer = head.answer(unit, 2);

                assertThat(logits(taught, picture))
                        .containsExactly(expectedLogits(layer(taught), unit), within(1e-4f));
                assertSame(whole.classify(picture, 2), answer.labels());
                Features own = ofTaught.features(List.of(picture)).get(0);
                assertSame(ofTaught.classify(own, 2), answer.labels());
            }
        }
        return taught;
    }

    private static void assertSame(List<Label> actual, List<Label> expected) {
        assertThat(actual).extracting(Label::label)
                .containsExactlyElementsOf(expected.stream().map(Label::label).toList());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).score()).isCloseTo(expected.get(i).score(), within(1e-4f));
        }
    }

    private static LinearHead layer(ModelBundle taught) {
        return ((ModelBundle.Weights.Taught) taught.weights()).head();
    }

    private static float[] expectedLogits(LinearHead head, float[] unit) {
        float[] logits = new float[head.labels().size()];
        for (int label = 0; label < logits.length; label++) {
            double sum = head.bias()[label];
            for (int feature = 0; feature < unit.length; feature++) {
                sum += (double) head.weight()[label * unit.length + feature] * unit[feature];
            }
            logits[label] = (float) (sum / head.temperature());
        }
        return logits;
    }

    private static float[] logits(ModelBundle bundle, RgbImage picture) {
        return logits(bundle, bundle.onnx(), picture);
    }

    private static float[] logits(ModelBundle bundle, byte[] onnx, RgbImage picture) {
        int labels = bundle.labels().size();
        try (OnnxRuntimeSession session =
                OnnxRuntimeSession.load(onnx, bundle.preprocessing().inputSize(), labels)) {
            new InputTensor(bundle.preprocessing(), session.layout()).write(picture, session.input());
            session.run();
            float[] logits = new float[labels];
            session.output().get(0, logits);
            return logits;
        }
    }

    private static GraphProto graph(ModelBundle bundle) throws IOException {
        return ModelProto.parseFrom(bundle.onnx()).getGraph();
    }

    /** With a temperature that is not 1. */
    private ModelBundle taught(ModelBundle backbone, int features) {
        Random random = new Random(features);
        float[] weight = numbers(random, 2 * features);
        return write("taught", backbone, Head.of(
                new HeadDescription("taught", List.of("yes", "no"), backbone.backboneDigest(), 1.7, Optional.empty(),
                        Instant.EPOCH, 10, Optional.empty()),
                weight, numbers(random, 2), weight));
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = 10 * (float) random.nextGaussian();
        }
        return numbers;
    }

    private ModelBundle write(String name, ModelBundle backbone, Head head) {
        try {
            Path place = Files.createDirectories(folder.resolve(name));
            new TaughtBundle(new BundleName(name), backbone, head.bytes()).writeTo(place);
            return ModelBundle.read(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ModelBundle ofTensors(Network network) {
        try {
            Path place = Files.createDirectories(folder.resolve("backbone"));
            StateDict weights = weights(network);
            SafetensorsWriter.write(place.resolve("weights.safetensors"),
                    network.tensors().stream().map(tensor -> weights.tensor(tensor.name())).toList());
            Files.writeString(place.resolve("labels.txt"), "a\nb\nc\nd\ne\n");
            Files.writeString(place.resolve("model.yaml"), "name: backbone\nfamily: " + network.family().id()
                    + "\nsize: " + network.variant().size().name().toLowerCase(Locale.ROOT)
                    + "\nweights: weights.safetensors\npreprocessing: {input-size: " + SIZE + "}\n");
            return ModelBundle.read(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StateDict weights(Network network) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        network.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        return FormulaWeights.stateDict(shapes, 0);
    }

    /** Changes an ONNX model. */
    private interface Change {
        void of(ModelProto.Builder model);
    }

    private ModelBundle ofOnnx(Change change) throws IOException {
        Network network = Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, CLASSES));
        ModelProto.Builder model =
                ModelProto.parseFrom(OnnxGraph.write(network, weights(network), 1e-3, SIZE)).toBuilder();
        change.of(model);
        Path place = SmallBundle.write(folder.resolve("backbone"), SIZE, new float[CLASSES]);
        Files.write(place.resolve("net.onnx"), model.build().toByteArray());
        return ModelBundle.read(place);
    }

    private static NodeProto.Builder lastPool(ModelProto.Builder model) {
        return model.getGraphBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getOpType().equals("GlobalAveragePool"))
                .reduce((first, second) -> second).orElseThrow();
    }

    private static List<RgbImage> noise(int count) {
        Random random = new Random(count);
        return Stream.generate(() -> {
            byte[] samples = new byte[3 * SIZE * SIZE];
            random.nextBytes(samples);
            return new RgbImage(SIZE, SIZE, samples);
        }).limit(count).toList();
    }
}
