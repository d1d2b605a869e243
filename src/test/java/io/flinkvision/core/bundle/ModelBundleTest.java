package io.flinkvision.core.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelBundleTest {

    private static final Path TRIAGE = Path.of("conf/models/triage");

    private static final String DESCRIPTION = """
            name: test
            family: torchvision
            size: small
            weights: model.safetensors
            """;

    @TempDir
    Path folder;

    private Path bundle;

    @BeforeEach
    void copyTheBundledModel() throws IOException {
        bundle = Files.createDirectory(folder.resolve("bundle"));
        for (String name : List.of("model.safetensors", "labels.txt", "LICENSE")) {
            Files.copy(TRIAGE.resolve(name), bundle.resolve(name));
        }
        Files.writeString(folder.resolve("outside.txt"), "food\nreport\nother\n");
        describe("");
    }

    @Test
    void readsTheBundledModel() throws Exception {
        ModelBundle triage = ModelBundle.read(TRIAGE);

        assertThat(triage.name()).isEqualTo("triage");
        assertThat(triage.labels()).containsExactly("food", "report", "other");
        assertThat(network(triage).family()).isEqualTo(Family.TORCHVISION);
        assertThat(network(triage).variant()).isEqualTo(new Variant(NetworkSize.SMALL, 1, false, 3));
        assertThat(tensors(triage).batchNormEpsilon()).isEqualTo(1e-3);
        assertThat(triage.preprocessing()).isEqualTo(new Preprocessing(224, new ResizeRule.Stretch(),
                Interpolation.BILINEAR, ChannelOrder.RGB, Preprocessing.IMAGENET_MEAN,
                Preprocessing.IMAGENET_STANDARD_DEVIATION));
        assertThat(triage.onnx()).isNotEmpty();
    }

    @Test
    void knowsTheDigestOfItsWeights() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256")
                .digest(Files.readAllBytes(TRIAGE.resolve("model.safetensors")));

        assertThat(ModelBundle.read(TRIAGE).digest())
                .isEqualTo("%064x".formatted(new BigInteger(1, digest)))
                .isEqualTo("6933d6e7020bbf9e6fe8b8867e36f2e021fb090fce3aea65304a0d601fcf2e8f");
    }

    @Test
    void readsEveryKeyOfADescription() throws IOException {
        Files.writeString(bundle.resolve("names.txt"), "a\n b \nc");
        describe("""
                width-multiplier: 0.75
                reduced-tail: true
                labels: names.txt
                batch-norm-epsilon: 1e-5
                licences: [LICENSE]
                preprocessing:
                  input-size: 160
                  resize: letterbox
                  fill: 114
                  interpolation: bicubic
                  channel-order: bgr
                  mean: [0.5, 0.5, 0.5]
                  standard-deviation: [0.25, 0.25, 0.25]
                """);

        ModelBundle read = ModelBundle.read(bundle);

        assertThat(network(read).variant()).isEqualTo(new Variant(NetworkSize.SMALL, 0.75, true, 3));
        assertThat(read.labels()).containsExactly("a", "b", "c");
        assertThat(tensors(read).batchNormEpsilon()).isEqualTo(1e-5);
        assertThat(read.preprocessing()).isEqualTo(new Preprocessing(160, new ResizeRule.Letterbox(114),
                Interpolation.BICUBIC, ChannelOrder.BGR, List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f)));
    }

    @Test
    void dropsTheByteOrderMarkOfALabelFile() throws IOException {
        Files.writeString(bundle.resolve("labels.txt"), "\uFEFFfood\r\nreport\r\nother\r\n");

        assertThat(ModelBundle.read(bundle).labels()).containsExactly("food", "report", "other");
    }

    @ParameterizedTest
    @CsvSource({"'food\nreport\n', 2", "'a\nb\nc\nd\n', 4"})
    void saysThatThereAreNotAsManyLabelsAsClasses(String labels, int count) throws IOException {
        Files.writeString(bundle.resolve("labels.txt"), labels);

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelBundle.read(bundle).onnx())
                .withMessageStartingWith(bundle + " has " + count + " labels, but tensor classifier.3.bias of"
                        + " model.safetensors has 3 classes");
    }

    @ParameterizedTest
    @CsvSource({"'food\n\nother\n', 2", "'\nfood\nother\n', 1", "'food\n \t \nother', 2", "'a\nb\nc\n\n', 4"})
    void namesABlankLineAmongTheLabels(String labels, int line) throws IOException {
        Files.writeString(bundle.resolve("labels.txt"), labels);

        assertUnusable(bundle.resolve("labels.txt") + ":" + line + ": the line is blank");
    }

    @Test
    void refusesAnEmptyLabelFile() throws IOException {
        Files.writeString(bundle.resolve("labels.txt"), "");

        assertUnusable(bundle.resolve("labels.txt") + " is empty");
    }

    @Test
    void refusesLabelsThatAreNotUtf8() throws IOException {
        Files.write(bundle.resolve("labels.txt"), new byte[] {'p', (byte) 0xe2, 't', (byte) 0xe9});

        assertUnusable(bundle.resolve("labels.txt") + " is no UTF-8 text");
    }

    @Test
    void refusesAFolderWithoutADescription() throws IOException {
        Files.delete(bundle.resolve("model.yaml"));

        assertUnusable(bundle + " is not a model bundle: it has no model.yaml");
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelBundle.read(folder.resolve("none")))
                .withMessageStartingWith(folder.resolve("none") + " is not a model bundle");
    }

    @Test
    void namesEachFileThatIsMissing() throws IOException {
        Files.delete(bundle.resolve("model.safetensors"));
        Files.delete(bundle.resolve("labels.txt"));
        describe("licences: [LICENSE, NOTICE]");

        assertProblems(
                ":4: weights: names model.safetensors, which is not in " + bundle,
                ": labels: names labels.txt, which is not in " + bundle,
                ":5: licences: names NOTICE, which is not in " + bundle);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "../outside.txt", "..", "/etc/passwd", "sub/../../outside.txt", "./labels.txt", "a/b", "/", "\\0"
    })
    void refusesNamesThatReachOutsideTheBundle(String name) throws IOException {
        String quoted = '"' + name + '"';
        Files.writeString(bundle.resolve("model.yaml"), "name: test\nfamily: torchvision\nsize: small\nweights: "
                + quoted + "\nlabels: " + quoted + "\nlicences: [" + quoted + "]");

        assertProblems(
                ":4: weights: must be the name of a file in the bundle, not ",
                ":5: labels: must be the name of a file in the bundle, not ",
                ":6: licences: must be the name of a file in the bundle, not ");
    }

    @Test
    void refusesAFolderInPlaceOfAFile() throws IOException {
        Files.createDirectory(bundle.resolve("sub"));
        describe("labels: sub\nlicences: .");

        assertProblems(":5: labels: names sub, which is not a regular file",
                ":6: licences: names ., which is not a regular file");
    }

    @Test
    void refusesALinkThatLeadsOutOfTheBundle() throws IOException {
        Path outside = Files.writeString(bundle.resolveSibling("outside.txt"), "food\nreport\nother\n");
        Files.createSymbolicLink(bundle.resolve("linked.txt"), outside);
        describe("labels: linked.txt");

        assertProblems(":5: labels: names linked.txt, which is a link to a file outside " + bundle);
    }

    @Test
    void refusesFilesThatAreTooLargeWithoutReadingThem() throws IOException {
        UnusualFile.sparse(bundle.resolve("labels.txt"), BundleFile.MAX_LABEL_BYTES + 1);
        UnusualFile.sparse(bundle.resolve("LICENCE"), BundleFile.MAX_BUNDLE_BYTES + 1);
        describe("licences: LICENCE");

        assertProblems(
                ": labels: names labels.txt, which has more than 16777216 bytes",
                ":5: licences: names LICENCE, which has more than 1073741824 bytes");
    }

    @Test
    void refusesABundleWhoseFilesAreTooLargeTogether() throws IOException {
        for (String name : List.of("one", "two")) {
            UnusualFile.sparse(bundle.resolve(name), BundleFile.MAX_BUNDLE_BYTES / 2 + 1);
        }
        describe("licences: [one, two]");

        assertProblems(":4: weights: names a file that, with the others, has more than 1073741824 bytes");
    }

    @Test
    void suggestsTheFamilyAndTheKeyThatWereMeant() throws IOException {
        Files.writeString(bundle.resolve("model.yaml"), """
                name: test
                family: torchvison
                size: small
                weight: model.safetensors
                """);

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ModelBundle.read(bundle))
                .withMessageContainingAll(
                        bundle.resolve("model.yaml") + ":2: family: must be one of seed, ",
                        "not 'torchvison'; did you mean torchvision?",
                        bundle.resolve("model.yaml") + ":4: weight: is unknown; did you mean weights?",
                        bundle.resolve("model.yaml") + ": weights: is missing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "input-size: 225 | input-size: The input size must be a multiple of 32 pixels, not 225",
        "input-size: 16 | input-size: The input size must be a multiple of 32 pixels, not 16",
        "input-size: 5000 | input-size: must be from 1 to 4096, not 5000",
        "resize-length: 100 | resize-length: A shorter side of 100 pixels cannot hold a crop of 224",
        "mean: [0.5] | mean: The mean needs three finite values, one per channel, not [0.5]",
        "mean: [0, 0, 1e99] | mean: The mean needs three finite values, one per channel",
        "standard-deviation: [1, 1, 0] | standard-deviation: The standard deviation needs three positive finite",
        "resize: crop | resize: must be one of stretch, shorter-side, letterbox, not 'crop'",
        "fill: 256 | fill: must be from 0 to 255, not 256"
    })
    void namesTheLineOfAPreprocessingThatCannotBe(String line, String problem) throws IOException {
        describe("preprocessing:\n  " + line);

        assertProblems(":6: preprocessing." + problem);
    }

    @Test
    void namesTheKeyWhoseDefaultDoesNotFit() throws IOException {
        describe("preprocessing:\n  input-size: 288");

        assertProblems(": preprocessing.resize-length: A shorter side of 256 pixels cannot hold a crop of 288");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0.001"})
    void refusesAnEpsilonThatIsNotPositive(String epsilon) throws IOException {
        describe("batch-norm-epsilon: " + epsilon);

        assertProblems(":5: batch-norm-epsilon: must be positive");
    }

    @ParameterizedTest
    @CsvSource({"width-multiplier: 0.75, no width multiplier", "reduced-tail: true, no reduced tail"})
    void refusesVariantsThatTheFamilyHasNot(String line, String problem) throws IOException {
        Files.writeString(bundle.resolve("model.yaml"),
                DESCRIPTION.replace("torchvision", "seed") + line);

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ModelBundle.read(bundle))
                .withMessageStartingWith(bundle.resolve("model.yaml").toString())
                .withMessageContaining(problem);
    }

    @Test
    void namesTheTensorsOfWeightsOfAnotherFamily() throws IOException {
        Files.writeString(bundle.resolve("model.yaml"), DESCRIPTION.replace("torchvision", "seed"));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelBundle.read(bundle).onnx())
                .withMessageStartingWith(bundle.resolve("model.safetensors") + " does not hold the tensors of a seed")
                .withMessageContaining("tensor conv1.weight is missing");
    }

    @Test
    void namesDamagedWeights() throws IOException {
        Files.write(bundle.resolve("model.safetensors"), new byte[] {1, 2, 3});

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelBundle.read(bundle).onnx())
                .withMessageStartingWith(bundle.resolve("model.safetensors") + ": ");
    }

    @Test
    void isNotMadeOfOtherLabelsThanClasses() {
        ModelBundle triage = ModelBundle.read(TRIAGE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelBundle(triage.folder(), triage.name(), triage.weights(),
                        triage.preprocessing(), List.of("a"), List.of()))
                .withMessage("1 labels for 3 classes");
    }

    private static Weights.Tensors tensors(ModelBundle bundle) {
        return (Weights.Tensors) bundle.weights();
    }

    private static Network network(ModelBundle bundle) {
        return tensors(bundle).network();
    }

    private void describe(String more) throws IOException {
        Files.writeString(bundle.resolve("model.yaml"), DESCRIPTION + more);
    }

    private void assertUnusable(String message) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelBundle.read(bundle)).withMessageStartingWith(message);
    }

    /** @param problems each after the description's name */
    private void assertProblems(String... problems) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ModelBundle.read(bundle))
                .satisfies(e -> assertThat(e.problems()).zipSatisfy(
                        Stream.of(problems).map(problem -> bundle.resolve("model.yaml") + problem).toList(),
                        (actual, expected) -> assertThat(actual.toString()).startsWith(expected)));
    }
}
