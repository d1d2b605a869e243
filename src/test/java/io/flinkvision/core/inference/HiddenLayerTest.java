package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.FormulaWeights;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.PlainBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.SafetensorsWriter;
import io.flinkvision.core.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The input of a network's last layer, and a checkpoint whose last layer is another one. */
class HiddenLayerTest {

    private static final int SIZE = 64;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Family.class)
    void isWhatTheLastLayerOfEveryFamilyTakes(Family family) throws IOException {
        ModelBundle bundle = bundle(family);
        Network network = ((Weights.Tensors) bundle.weights()).network();
        StateDict tensors = StateDict.read(bundle.weights().file());
        String last = network.lastLayer().prefix();

        try (HiddenLayer hidden = HiddenLayer.load(bundle)) {
            assertThat(logits(bundle, noise())).containsExactly(
                    linear(tensors.floats(last + ".weight"), tensors.floats(last + ".bias"), hidden.features(noise())),
                    within(1e-3f));
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void isTheInputOfTheLayerThatAPlainCheckpointGets(Family family) throws IOException {
        ModelBundle bundle = bundle(family);
        PlainBundle plain = PlainBundle.of(bundle);
        Random random = new Random(5);
        float[] weight = numbers(random, 3 * plain.features(), 0.05f);
        float[] bias = numbers(random, 3, 1);
        Path place = Files.createDirectory(folder.resolve("plain"));

        plain.writeTo(place, new BundleName("plain"), List.of("a", "b", "c"), weight, bias);

        ModelBundle written = ModelBundle.read(place);
        assertThat(written.labels()).containsExactly("a", "b", "c");
        assertThat(written.preprocessing()).isEqualTo(bundle.preprocessing());
        assertThat(((Weights.Tensors) written.weights()).network())
                .isEqualTo(family.network(new Variant(NetworkSize.SMALL, 1, false, 3)));
        assertThat(((Weights.Tensors) written.weights()).batchNormEpsilon()).isEqualTo(0.02);
        try (HiddenLayer hidden = HiddenLayer.load(bundle)) {
            assertThat(logits(written, noise()))
                    .containsExactly(linear(weight, bias, hidden.features(noise())), within(1e-4f));
        }
    }

    @Test
    void leavesAllTensorsButThoseOfTheLastLayer() throws IOException {
        ModelBundle triage = ModelBundle.read(Path.of("conf/models/triage"));
        PlainBundle plain = PlainBundle.of(triage);
        Path place = Files.createDirectory(folder.resolve("plain"));

        plain.writeTo(place, new BundleName("plain"), List.of("a", "b"), new float[2 * 1024], new float[2]);

        StateDict before = StateDict.read(triage.weights().file());
        StateDict after = StateDict.read(place.resolve("model.safetensors"));
        assertThat(after.shapes().keySet()).isEqualTo(before.shapes().keySet());
        for (String name : after.names()) {
            if (name.startsWith("classifier.3.")) {
                assertThat(after.floats(name)).containsOnly(0);
            } else {
                assertThat(after.tensor(name)).isEqualTo(before.tensor(name));
            }
        }
        assertThat(ModelBundle.read(place).licences()).isEqualTo(triage.licences());
        assertThat(place.resolve("LICENSE")).hasSameBinaryContentAs(triage.folder().resolve("LICENSE"));
    }

    @Test
    void isNotKnownOfAnOnnxModel() {
        ModelBundle bundle = ModelBundle.read(SmallBundle.write(folder.resolve("small"), 32, 1, 2));

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> HiddenLayer.load(bundle))
                .withMessageStartingWith("small is an ONNX model, which has no last layer that is known");
    }

    private ModelBundle bundle(Family family) throws IOException {
        Network network = family.network(new Variant(NetworkSize.SMALL, 1, false, 5));
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        network.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        StateDict weights = FormulaWeights.stateDict(shapes, 0);
        Path place = Files.createDirectory(folder.resolve("backbone"));
        SafetensorsWriter.write(place.resolve("weights.safetensors"),
                network.tensors().stream().map(tensor -> weights.tensor(tensor.name())).toList());
        Files.writeString(place.resolve("labels.txt"), "1\n2\n3\n4\n5\n");
        Files.writeString(place.resolve("model.yaml"), "name: backbone\nfamily: " + family.id() + "\nsize: small\n"
                + "weights: weights.safetensors\nbatch-norm-epsilon: 0.02\npreprocessing: {input-size: " + SIZE + "}\n");
        return ModelBundle.read(place);
    }

    private static float[] linear(float[] weight, float[] bias, float[] features) {
        float[] result = new float[bias.length];
        for (int row = 0; row < result.length; row++) {
            double sum = bias[row];
            for (int i = 0; i < features.length; i++) {
                sum += (double) weight[row * features.length + i] * features[i];
            }
            result[row] = (float) sum;
        }
        return result;
    }

    private static float[] logits(ModelBundle bundle, RgbImage picture) {
        int classes = bundle.labels().size();
        try (OnnxRuntimeSession session = OnnxRuntimeSession.load(bundle.onnx(), SIZE, classes)) {
            new InputTensor(bundle.preprocessing(), session.layout()).write(picture, session.input());
            session.run();
            float[] logits = new float[classes];
            session.output().get(0, logits);
            return logits;
        }
    }

    private static float[] numbers(Random random, int count, float scale) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = scale * (float) random.nextGaussian();
        }
        return numbers;
    }

    private static RgbImage noise() {
        byte[] samples = new byte[3 * SIZE * SIZE];
        new Random(1).nextBytes(samples);
        return new RgbImage(SIZE, SIZE, samples);
    }
}
