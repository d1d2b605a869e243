package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import io.flinkvision.core.bundle.FormulaWeights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.FeatureClassifier.Features;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.OnnxGraph;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.quantization.QuantizableNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FeatureClassifierTest {

    private static final int SIZE = 64;
    private static final int CLASSES = 5;
    private static final ModelBundle TRIAGE = ModelBundle.read(Path.of("conf/models/triage"));

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Family.class)
    void labelsPicturesAsTheWholeNetworkDoes(Family family) {
        ModelBundle bundle = bundle(network(family));

        assertSameLabels(bundle, noise(SIZE, 3));
        assertThat(FeatureClassifier.features(bundle)).isEqualTo(576);
    }

    @ParameterizedTest
    @CsvSource({"TORCHVISION, LARGE, 1, false, false, 960", "TORCHVISION, LARGE, 1, true, false, 480",
        "TORCHVISION, SMALL, 0.5, false, false, 288", "TIMM_TF, SMALL, 1, false, true, 576"})
    void labelsPicturesAsOtherVariantsDo(Family family, NetworkSize size, double width, boolean reducedTail,
            boolean minimalistic, int features) {
        ModelBundle bundle =
                bundle(family.network(new Variant(size, width, reducedTail, minimalistic, CLASSES)));

        assertSameLabels(bundle, noise(SIZE, 2));
        assertThat(FeatureClassifier.features(bundle)).isEqualTo(features);
    }

    /** As PyTorch exports {@code x.mean([2, 3])}. */
    @Test
    void labelsPicturesAsANetworkDoesWhoseAverageIsAMean() throws IOException {
        Network network = network(Family.TORCHVISION);
        ModelProto.Builder model = ModelProto.parseFrom(onnx(network)).toBuilder();
        List<NodeProto.Builder> nodes = model.getGraphBuilder().getNodeBuilderList();
        nodes.stream().filter(node -> node.getOpType().equals("GlobalAveragePool"))
                .reduce((first, second) -> second).orElseThrow()
                .setOpType("ReduceMean")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("axes").setType(AttributeProto.AttributeType.INTS).addInts(2).addInts(3))
                .addAttribute(AttributeProto.newBuilder()
                        .setName("keepdims").setType(AttributeProto.AttributeType.INT).setI(0));
        ModelBundle bundle = bundle(model.build().toByteArray(), SIZE, CLASSES);

        assertSameLabels(bundle, noise(SIZE, 3));
        assertThat(FeatureClassifier.features(bundle)).isEqualTo(576);
    }

    @Test
    void labelsRealPicturesAsTheWholeNetworkDoes() throws IOException {
        assertSameLabels(TRIAGE, triagePictures());
    }

    @Test
    void labelsPicturesAsAQuantisedNetworkDoes() throws IOException {
        QuantizableNetwork network = QuantizableNetwork.of(TRIAGE);
        List<RgbImage> pictures = triagePictures();
        byte[] quantised = network.quantised(network.layers().keySet(),
                ValueRanges.of(network, TRIAGE.preprocessing(), pictures));
        ModelBundle bundle = bundle(quantised, 224, TRIAGE.labels().size());

        assertSameLabels(bundle, pictures);
        assertThat(FeatureClassifier.features(bundle)).isEqualTo(576);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "8, 1", "9, 2", "16, 2", "20, 3"})
    void runsTheNetworkOncePerBatch(int pictures, int runs) {
        ModelBundle bundle = small();
        try (FeatureClassifier classifier = FeatureClassifier.load(bundle, new Device.Cpu(), 8)) {
            assertThat(classifier.features(noise(32, pictures))).hasSize(pictures);
            assertThat(classifier.runs()).isEqualTo(runs);
        }
    }

    @Test
    void givesTheSameFeaturesHoweverManyPicturesARunTakes() throws IOException {
        List<RgbImage> pictures = new ArrayList<>(triagePictures());
        pictures.addAll(noise(224, 5));
        try (FeatureClassifier one = FeatureClassifier.load(TRIAGE, new Device.Cpu(), 1);
                FeatureClassifier four = FeatureClassifier.load(TRIAGE, new Device.Cpu(), 4)) {
            List<Features> expected = one.features(pictures);
            List<Features> actual = four.features(pictures);

            for (int picture = 0; picture < pictures.size(); picture++) {
                assertThat(actual.get(picture).pooled())
                        .containsExactly(expected.get(picture).pooled(), within(1e-5f));
            }
        }
    }

    @Test
    void givesEachPictureItsOwnFeatures() {
        ModelBundle bundle = small();
        try (FeatureClassifier classifier = FeatureClassifier.load(bundle, new Device.Cpu(), 2)) {
            List<Features> features =
                    classifier.features(List.of(grey(0), grey(51), grey(102), grey(153), grey(255)));

            double[] brightness = {0, 0.2, 0.4, 0.6, 1};
            for (int picture = 0; picture < brightness.length; picture++) {
                assertThat((double) features.get(picture).pooled()[0])
                        .isCloseTo((brightness[picture] - 0.485) / 0.229, within(1e-5));
            }
        }
    }

    @Test
    void takesAPictureAtATimeWhereTheNetworkDoes() throws IOException {
        Path place = SmallBundle.write(folder.resolve("single"), 32, 1, 2);
        Files.write(place.resolve("net.onnx"), SmallNetwork.model(SmallNetwork.graph(new float[6], new float[2])
                .addInput(SmallNetwork.value("input", DataType.FLOAT, 1, 3, 32, 32))
                .addOutput(SmallNetwork.value("logits", DataType.FLOAT, 1, 2))));
        try (FeatureClassifier classifier =
                FeatureClassifier.load(ModelBundle.read(place), new Device.Cpu(), 8)) {
            assertThat(classifier.features(noise(32, 3))).hasSize(3);
            assertThat(classifier.runs()).isEqualTo(3);
        }
    }

    @Test
    void dividesFeaturesByTheirLength() {
        assertThat(new Features(new float[] {3, 0, -4}).unit()).containsExactly(0.6f, 0, -0.8f);
        assertThat(new Features(new float[3]).unit()).containsExactly(0, 0, 0);
        assertThat(new Features(new float[] {Float.MAX_VALUE, Float.MIN_VALUE}).unit()).containsExactly(1, 0);
        assertThat(new Features(new float[] {Float.MIN_VALUE}).unit()).containsExactly(1);
    }

    @Test
    void refusesPicturesAndFeaturesOfAnotherSize() {
        ModelBundle bundle = small();
        try (FeatureClassifier classifier = FeatureClassifier.load(bundle, new Device.Cpu())) {
            assertThatIllegalArgumentException().isThrownBy(() -> classifier.features(noise(64, 1)))
                    .withMessage("The network takes pictures of 32 x 32 pixels, not 64 x 64");
            assertThatIllegalArgumentException().isThrownBy(() -> classifier.classify(new Features(new float[4]), 1))
                    .withMessage("The network has 3 features, not 4");
            assertThatIllegalArgumentException().isThrownBy(() -> classifier.classify(new Features(new float[3]), 0))
                    .withMessageEndingWith("not 0");
        }
    }

    @Test
    void saysThatItIsClosedAndClosesOnce() {
        ModelBundle bundle = small();
        FeatureClassifier classifier = FeatureClassifier.load(bundle, new Device.Cpu());
        classifier.close();
        classifier.close();

        assertThatIllegalStateException().isThrownBy(() -> classifier.features(noise(32, 1)));
        assertThatIllegalStateException().isThrownBy(() -> classifier.classify(new Features(new float[3]), 1));
    }

    @Test
    void namesAFeatureThatIsNotFinite() {
        byte[] onnx = onnx(network(Family.TORCHVISION));
        assertThatExceptionOfType(InferenceException.class).isThrownBy(() -> {
            try (FeatureClassifier classifier = FeatureClassifier.load(
                    bundle(overflowing(onnx), SIZE, CLASSES), new Device.Cpu())) {
                classifier.features(noise(SIZE, 1));
            }
        }).withMessageMatching("The network's pooled feature \\d+ is (NaN|-?Infinity)");
    }

    /** Multiplies the first layer's weights by so much that the following layers overflow. */
    private static byte[] overflowing(byte[] onnx) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(onnx).toBuilder();
        TensorProto.Builder first = model.getGraphBuilder().getInitializerBuilder(0);
        ByteBuffer bytes = ByteBuffer.wrap(first.getRawData().toByteArray())
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < bytes.limit(); i += Float.BYTES) {
            bytes.putFloat(i, bytes.getFloat(i) * 1e37f);
        }
        first.setRawData(ByteString.copyFrom(bytes.array()));
        return model.build().toByteArray();
    }

    private static void assertSameLabels(ModelBundle bundle, List<RgbImage> pictures) {
        int classes = bundle.labels().size();
        try (Classifier whole = Classifier.load(bundle);
                FeatureClassifier parts = FeatureClassifier.load(bundle, new Device.Cpu())) {
            List<Features> features = parts.features(pictures);
            for (int picture = 0; picture < pictures.size(); picture++) {
                List<Label> expected = whole.classify(pictures.get(picture), classes);
                List<Label> actual = parts.classify(features.get(picture), classes);
                assertThat(actual).extracting(Label::label)
                        .containsExactlyElementsOf(expected.stream().map(Label::label).toList());
                for (int i = 0; i < classes; i++) {
                    assertThat(actual.get(i).score()).isCloseTo(expected.get(i).score(), within(1e-6f));
                }
            }
        }
    }

    /** Its features are the averages of the three channels. */
    private ModelBundle small() {
        return ModelBundle.read(SmallBundle.write(folder.resolve("small"), 32, 1, 2));
    }

    private ModelBundle bundle(Network network) {
        return bundle(onnx(network), SIZE, CLASSES);
    }

    private static byte[] onnx(Network network) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        network.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        return OnnxGraph.write(network, FormulaWeights.stateDict(shapes, 0), network.family().batchNormEpsilon(), SIZE);
    }

    private ModelBundle bundle(byte[] onnx, int size, int classes) {
        try {
            Path place = SmallBundle.write(folder.resolve("bundle"), size, new float[classes]);
            Files.write(place.resolve("net.onnx"), onnx);
            return ModelBundle.read(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Network network(Family family) {
        return family.network(new Variant(NetworkSize.SMALL, 1, false, CLASSES));
    }

    private static List<RgbImage> noise(int size, int count) {
        Random random = new Random(count);
        return Stream.generate(() -> {
            byte[] samples = new byte[3 * size * size];
            random.nextBytes(samples);
            return new RgbImage(size, size, samples);
        }).limit(count).toList();
    }

    private static RgbImage grey(int value) {
        byte[] samples = new byte[3 * 32 * 32];
        Arrays.fill(samples, (byte) value);
        return new RgbImage(32, 32, samples);
    }

    private static List<RgbImage> triagePictures() throws IOException {
        List<RgbImage> pictures = new ArrayList<>();
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, TRIAGE.preprocessing());
                Stream<Path> files = Files.list(Path.of("conf/models/triage/images"))) {
            for (Path file : files.sorted().toList()) {
                pictures.add(((Decoded) decoder.decode(Files.readAllBytes(file))).input());
            }
        }
        return pictures;
    }
}
