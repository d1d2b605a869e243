package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.teach.FeatureFile.Entry;
import io.flinkvision.core.teach.FeatureFile.Network;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.SafetensorsWriter;
import io.flinkvision.core.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureFileTest {

    private static final Network NETWORK = new Network("ab".repeat(32), "stretched to 224");
    private static final View LEFT = new View.Region(new RegionBox(0.1, 0, 1.0 / 3, 1));

    @TempDir
    Path folder;

    private static Entry entry(String source, String label, Optional<String> group, View view) {
        Example like = new Clouds(0.2).add(label, 1).list().get(0);
        String fileDigest = Sha256.of(source);
        return new Entry(fileDigest, view, new Example(source, label, group, Example.digest(fileDigest, view),
                like.fingerprint(), like.unit()));
    }

    private static FeatureFile sample() {
        return new FeatureFile(NETWORK, List.of(
                entry("open/a b.jpg", "open", Optional.empty(), View.WHOLE),
                entry("zu/Montag/\"ü 🚲\".jpg", "zu", Optional.of("Montag"), LEFT)));
    }

    /** Files that were written before a reduction was known are of none. */
    @Test
    void aNetworkIsAsBeforeWithoutAReductionAndAnotherOneWithIt() {
        ModelBundle bundle = ModelBundle.read(Path.of("conf/models/triage"));

        assertThat(Network.of(bundle, Reduction.NONE)).isEqualTo(
                new Network(bundle.backboneDigest(), bundle.preprocessing().toString()));
        assertThat(Network.of(bundle, Reduction.AUTO)).isNotEqualTo(Network.of(bundle, Reduction.NONE))
                .isNotEqualTo(Network.of(bundle, Reduction.FASTER));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Path file = folder.resolve("gate.features.safetensors");

        sample().writeTo(file);
        FeatureFile read = FeatureFile.read(file);

        assertThat(read.network()).isEqualTo(NETWORK);
        assertThat(read.entries()).usingRecursiveComparison().isEqualTo(sample().entries());
        assertThat(FeatureFile.find(file)).isPresent();
        assertThat(FeatureFile.find(folder.resolve("other"))).isEmpty();
    }

    @Test
    void aFileOfNoPicturesIsReadAgain() throws IOException {
        Path file = folder.resolve(FeatureFile.NAME);

        new FeatureFile(NETWORK, List.of()).writeTo(file);

        assertThat(FeatureFile.read(file).entries()).isEmpty();
    }

    @Test
    void theOldFileIsReplacedAndNothingElseStays() throws IOException {
        Path file = folder.resolve(FeatureFile.NAME);
        sample().writeTo(file);

        new FeatureFile(NETWORK, sample().entries().subList(1, 2)).writeTo(file);

        assertThat(FeatureFile.read(file).entries()).extracting(entry -> entry.example().label())
                .containsExactly("zu");
        assertThat(files()).containsExactly(file);
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve(FeatureFile.NAME);
        sample().writeTo(file);
        Entry endless = entry("x".repeat(17 << 20), "open", Optional.empty(), View.WHOLE);

        assertThatThrownBy(() -> new FeatureFile(NETWORK, List.of(endless)).writeTo(file))
                .isInstanceOf(ModelException.class).hasMessageContaining("more than the limit of 16777216");

        assertThat(FeatureFile.read(file).entries()).hasSize(2);
        assertThat(files()).containsExactly(file);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void aPictureIsFoundByItsBytesAndItsView() {
        Entry whole = sample().entries().get(0);

        assertThat(sample().example(whole.fileDigest(), View.WHOLE).orElseThrow().unit())
                .isEqualTo(whole.example().unit());
        assertThat(sample().example(whole.fileDigest(), LEFT)).isEmpty();
        assertThat(sample().example("0".repeat(64), View.WHOLE)).isEmpty();
    }

    @Test
    void featuresOfTwoNetworksAreRefused() {
        Entry entry = sample().entries().get(0);
        Example example = entry.example();
        Entry shorter = new Entry(entry.fileDigest(), View.WHOLE, new Example("open/short.jpg", "open",
                Optional.empty(), example.digest(), example.fingerprint(), new float[] {1}));

        assertThatThrownBy(() -> new FeatureFile(NETWORK, List.of(entry, shorter)))
                .isInstanceOf(TeachingException.class).hasMessage("open/short.jpg has 1 features, but open/a b.jpg has"
                        + " 13; keep features of one network");
    }

    @Test
    void morePicturesThanCanBeTaughtAreRefused() {
        assertThatThrownBy(() -> new FeatureFile(NETWORK, Collections.nCopies(20_001, sample().entries().get(0))))
                .isInstanceOf(TeachingException.class).hasMessageContaining("more than the limit of 20000");
    }

    @Test
    void filesThatAreDamagedOrOfOthersAreRefusedWithTheReason() throws IOException {
        refused(new Parts().metadata("features-version", "2"), "'features-version' in the metadata is '2', not '1'");
        refused(new Parts().without("features-version"), "it is not a file of features that 'teach' wrote");
        refused(new Parts().without("backbone-digest"), "the metadata have no 'backbone-digest'");
        refused(new Parts().metadata("pictures", "[{"), "'pictures' in the metadata is not JSON");
        refused(new Parts().metadata("pictures", "{}"), "'pictures' in the metadata is not a list");
        refused(new Parts().metadata("pictures", "[]"), "tensor features has the shape [1, 2], not [0, features]");
        refused(new Parts().picture("source", "1"), "picture 0 has no text for 'source'");
        refused(new Parts().picture("label", "\"\""), "picture 0 has the label ''");
        refused(new Parts().picture("group", "[]"), "picture 0 has no text for 'group'");
        refused(new Parts().picture("file-digest", "\"../x\""), "picture 0: '../x' is no SHA-256");
        refused(new Parts().picture("box", "[0, 0, 1]"), "picture 0: must be four numbers");
        refused(new Parts().picture("box", "[0, 0, 2, 1]"), "picture 0: The box's width must be above 0");
        refused(new Parts().picture("box", "[0, 0, \"1\", 1]"), "picture 0 has a box with '1', which is no number");
        refused(new Parts().tensor("features", List.of(2), 0.6f, 0.8f), "tensor features has the shape [2]");
        refused(new Parts().tensor("features", List.of(1, 2), 0.6f, 0.9f), "features of the squared length 1.1");
        refused(new Parts().tensor("features", List.of(1, 2), 0.6f, Float.NaN), "features of the squared length NaN");
        refused(new Parts().tensor("features", List.of(1, 0)), "tensor features has the shape [1, 0]");
        refused(new Parts().tensor("fingerprints", List.of(1, 2), 1, 2), "tensor fingerprints has the shape [1, 2]");
        refused(new Parts().fingerprint(0.5f), "a fingerprint with 0.5, not a whole number from 0 to 255");
        refused(new Parts().fingerprint(256), "a fingerprint with 256.0, not a whole number");
        refused(new Parts().tensor("weight", List.of(1), 1), "tensor weight is unexpected");
    }

    @Test
    void aFileThatEndsTooEarlyIsRefused() throws IOException {
        Path file = folder.resolve(FeatureFile.NAME);
        sample().writeTo(file);
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 7, 100, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));

            assertThatThrownBy(() -> FeatureFile.read(file)).isInstanceOf(ModelException.class)
                    .hasMessageStartingWith(file.toString());
        }
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> FeatureFile.read(folder.resolve("none"))).isInstanceOf(ModelException.class)
                .hasMessage(folder.resolve("none") + ": there is no such file");
    }

    private void refused(Parts parts, String reason) throws IOException {
        Path file = folder.resolve(FeatureFile.NAME);
        Files.deleteIfExists(file);
        SafetensorsWriter.write(file, parts.tensors.values(), parts.metadata());

        assertThatThrownBy(() -> FeatureFile.read(file)).isInstanceOf(ModelException.class)
                .hasMessageStartingWith(file + ": ").hasMessageContaining(reason);
    }

    /** The parts of a sound file of one picture with two features, one of which a test spoils. */
    private static final class Parts {

        private final Map<String, Tensor> tensors = new HashMap<>();
        private final Map<String, String> metadata = new HashMap<>(Map.of(
                "features-version", "1",
                "backbone-digest", NETWORK.backboneDigest(),
                "preprocessing", NETWORK.preprocessing()));
        private final Map<String, String> picture = new HashMap<>(Map.of(
                "source", "\"a.jpg\"", "label", "\"a\"", "file-digest", "\"" + "0".repeat(64) + "\""));

        Parts() {
            tensor("features", List.of(1, 2), 0.6f, 0.8f);
            fingerprint(255);
        }

        Parts tensor(String name, List<Integer> shape, float... elements) {
            tensors.put(name, Tensor.of(name, shape, elements));
            return this;
        }

        Parts fingerprint(float grey) {
            float[] greys = new float[256];
            greys[255] = grey;
            return tensor("fingerprints", List.of(1, 256), greys);
        }

        Parts metadata(String key, String value) {
            metadata.put(key, value);
            return this;
        }

        Parts without(String key) {
            metadata.remove(key);
            return this;
        }

        Parts picture(String key, String json) {
            picture.put(key, json);
            return this;
        }

        Map<String, String> metadata() {
            Map<String, String> all = new HashMap<>(metadata);
            List<String> fields = new ArrayList<>();
            picture.forEach((key, json) -> fields.add("\"" + key + "\": " + json));
            all.putIfAbsent("pictures", "[{" + String.join(", ", fields) + "}]");
            return all;
        }
    }

    @Test
    void theSoundFileOfTheOtherTestsIsRead() throws IOException {
        Path file = folder.resolve(FeatureFile.NAME);
        Parts parts = new Parts();
        SafetensorsWriter.write(file, parts.tensors.values(), parts.metadata());

        assertThat(FeatureFile.read(file).entries()).extracting(entry -> entry.example().source())
                .containsExactly("a.jpg");
    }
}
