package io.flinkvision.core.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.inference.SmallNetwork;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles whose weights are a whole network. */
class OnnxBundleTest {

    private static final String PREPROCESSING =
            "preprocessing: {resize: stretch, mean: [0, 0, 0], standard-deviation: [1, 1, 1]}\n";

    @TempDir
    Path folder;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.writeString(folder.resolve("labels.txt"), "red\ngreen\n");
        Files.write(folder.resolve("net.onnx"), SmallNetwork.of(new float[] {1, 0, 0, 0, 1, 0}, new float[2]));
        describe(PREPROCESSING);
    }

    @Test
    void readsSizeAndClassesFromTheNetwork() {
        ModelBundle bundle = ModelBundle.read(folder);

        assertThat(bundle.preprocessing().inputSize()).isEqualTo(SmallNetwork.SIZE);
        assertThat(bundle.weights().scores()).isEqualTo(Scores.LOGITS);
        assertThat(bundle.digest()).isEqualTo(BundleFile.digest(folder.resolve("net.onnx")));
    }

    @Test
    void classifies() {
        try (Classifier classifier = Classifier.load(ModelBundle.read(folder))) {
            byte[] green = new byte[3 * SmallNetwork.SIZE * SmallNetwork.SIZE];
            for (int i = 1; i < green.length; i += 3) {
                green[i] = (byte) 0xff;
            }
            Label best = classifier.classify(new RgbImage(SmallNetwork.SIZE, SmallNetwork.SIZE, green), 1).get(0);

            assertThat(best.label()).isEqualTo("green");
            // Softmax of the logits 0 and 1.
            assertThat(best.score()).isEqualTo((float) (Math.E / (1 + Math.E)));
        }
    }

    @Test
    void takesTheScoresAsTheDescriptionSays() throws IOException {
        describe("scores: probabilities\n" + PREPROCESSING);

        assertThat(ModelBundle.read(folder).weights().scores()).isEqualTo(Scores.PROBABILITIES);
    }

    @Test
    void takesTheSizeOfTheDescriptionWhereTheNetworksIsOpen() throws IOException {
        Files.write(folder.resolve("net.onnx"), SmallNetwork.model(SmallNetwork.graph(new float[6], new float[2])
                .addInput(SmallNetwork.value("input", DataType.FLOAT, -1, 3, -1, -1))
                .addOutput(SmallNetwork.value("logits", DataType.FLOAT, -1, 2))));
        describe("preprocessing: {input-size: 45, resize: stretch}");

        ModelBundle bundle = ModelBundle.read(folder);

        assertThat(bundle.preprocessing().inputSize()).isEqualTo(45);
        Classifier.load(bundle).close();
    }

    @Test
    void namesASizeThatIsNotTheNetworks() throws IOException {
        describe("preprocessing: {input-size: 64, resize: stretch}");

        assertProblem(":3: preprocessing.input-size: is 64, but the network takes pictures of 32 x 32 pixels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"family: timm", "size: small", "width-multiplier: 1", "reduced-tail: false",
        "minimalistic: false", "batch-norm-epsilon: 0.001"})
    void refusesTheKeysOfTensors(String line) throws IOException {
        describe(line);

        assertProblem(":3: " + line.substring(0, line.indexOf(':')) + ": must not stand beside weights in an .onnx");
    }

    @Test
    void saysThatThereAreNotAsManyLabelsAsClasses() throws IOException {
        Files.writeString(folder.resolve("labels.txt"), "red\ngreen\nblue\n");

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> ModelBundle.read(folder))
                .withMessageStartingWith(
                        folder + " has 3 labels, but the output logits of net.onnx has 2 classes; the labels must");
    }

    @Test
    void refusesScoresForTensors() throws IOException {
        Files.write(folder.resolve("net.safetensors"), new byte[8]);
        Files.writeString(folder.resolve("model.yaml"),
                "name: x\nfamily: timm\nsize: small\nweights: net.safetensors\nscores: logits\n");

        assertProblem(":5: scores: is for weights in an .onnx");
    }

    private void describe(String lines) throws IOException {
        Files.writeString(folder.resolve("model.yaml"), "name: x\nweights: net.onnx\n" + lines);
    }

    private void assertProblem(String message) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> ModelBundle.read(folder))
                .withMessageContaining(folder.resolve("model.yaml") + message);
    }
}
