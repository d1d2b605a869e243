package io.flinkvision.core.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.weights.ElementType;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.SafetensorsWriter;
import io.flinkvision.core.weights.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadFileTest {

    private static final String DIGEST = "0123456789abcdef".repeat(4);

    /** Two labels of three features. */
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private final Map<String, String> metadata = new TreeMap<>(Map.of(
            "format-version", "1",
            "layer", "pooled",
            "normalisation", "l2",
            "name", "gate",
            "labels", "[\"open\",\"closed\"]",
            "backbone-digest", DIGEST,
            "temperature", "1.5",
            "taught-at", "2026-01-31T12:00:00Z",
            "pictures", "40"));

    @TempDir
    Path folder;

    HeadFileTest() {
        put("weight", List.of(2, 3), 1, 2, 3, 4, 5, 6);
        put("bias", List.of(2), 0.5f, -0.5f);
        put("centroids", List.of(2, 3), 1, 0, 0, 0, 1, 0);
    }

    @Test
    void describesTheHeadInItsMetadata() {
        metadata.put("threshold", "0.25");
        metadata.put("accuracy", "0.975");

        HeadDescription description = read().description();

        assertThat(description.name()).isEqualTo("gate");
        assertThat(description.labels()).containsExactly("open", "closed");
        assertThat(description.backboneDigest()).isEqualTo(DIGEST);
        assertThat(description.temperature()).isEqualTo(1.5);
        assertThat(description.threshold()).contains(0.25);
        assertThat(description.taughtAt()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
        assertThat(description.pictures()).isEqualTo(40);
        assertThat(description.accuracy()).contains(0.975);
    }

    @Test
    void hasNoThresholdAndNoAccuracyWhereItSaysNone() {
        assertThat(read().description().threshold()).isEmpty();
        assertThat(read().description().accuracy()).isEmpty();
    }

    @Test
    void ignoresMetadataThatItDoesNotKnow() {
        metadata.put("author", "someone");
        metadata.put("format", "pt");

        assertThat(read().description().name()).isEqualTo("gate");
    }

    @Test
    void writesTheBytesThatItReads() {
        Head read = read();

        Head written = Head.of(read.description(), new float[] {1, 2, 3, 4, 5, 6}, new float[] {0.5f, -0.5f},
                new float[] {1, 0, 0, 0, 1, 0});

        assertThat(written.bytes()).isEqualTo(bytes());
    }

    @Test
    void keepsLabelsInAnyScript() {
        metadata.put("labels", "[\"\\\"öffen\\\"\",\"閉\"]");

        assertThat(read().description().labels()).containsExactly("\"öffen\"", "閉");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "format-version | 2 | 'format-version' in the metadata is '2', not '1': this is a head of another version",
        "layer | hidden | 'layer' in the metadata is 'hidden', not 'pooled': only heads on pooled features are known",
        "normalisation | none | 'normalisation' in the metadata is 'none', not 'l2': only heads on features divided by",
        "name | ~ ~ | A head's name must have from 1 to 100 characters",
        "labels | open, closed | 'labels' in the metadata is 'open, closed', not a JSON list of texts",
        "labels | {} | 'labels' in the metadata is '{}', not a JSON list of texts",
        "labels | [\"open\",2] | label 1 in the metadata is 2, not a text",
        "labels | [] | A head has from 1 to 100 labels, not 0",
        "labels | [\"open\",\"open\"] | The labels [open, open] are not all different",
        "labels | [\"open\"] | tensor weight has the shape [2, 3], not [1, 3]",
        "labels | [\"open\",\"closed\",\"away\"] | tensor weight has the shape [2, 3], not [3, 3]",
        "backbone-digest | 1234 | The backbone's digest must be a SHA-256",
        "temperature | warm | 'temperature' in the metadata is 'warm', not a number",
        "temperature | 0 | The temperature must be positive and finite, not 0.0",
        "temperature | NaN | The temperature must be positive and finite, not NaN",
        "threshold | 3 | The threshold must be from 0 to 2",
        "threshold | low | 'threshold' in the metadata is 'low', not a number",
        "taught-at | yesterday | 'taught-at' in the metadata is 'yesterday', not a time such as 2026-01-31T12:00:00Z",
        "pictures | many | 'pictures' in the metadata is 'many', not a whole number",
        "pictures | -1 | The number of pictures must not be negative",
        "accuracy | 97 | The accuracy must be from 0 to 1"})
    void namesMetadataThatAreWrong(String key, String value, String message) {
        metadata.put(key, value);

        assertRefused("camera.safetensors: " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"format-version", "layer", "normalisation", "name", "labels", "backbone-digest",
        "temperature", "taught-at", "pictures"})
    void namesMetadataThatAreMissing(String key) {
        metadata.remove(key);

        assertRefused("camera.safetensors: the metadata have no '" + key + "'");
    }

    @Test
    void refusesWeightsThatAreNoHead() {
        metadata.clear();

        assertRefused("camera.safetensors: the metadata have no 'format-version'; a head's file has metadata that"
                + " describe it");
    }

    @Test
    void refusesMoreLabelsThanAHeadHas() {
        metadata.put("labels", IntStream.range(0, 101).mapToObj(i -> "\"" + i + "\"")
                .collect(Collectors.joining(",", "[", "]")));

        assertRefused("camera.safetensors: A head has from 1 to 100 labels, not 101");
    }

    @ParameterizedTest
    @ValueSource(strings = {"weight", "bias", "centroids"})
    void namesATensorThatIsMissing(String name) {
        tensors.remove(name);

        assertRefused("camera.safetensors: tensor " + name + " is missing");
    }

    @Test
    void namesATensorThatIsUnexpected() {
        put("scale", List.of(1), 1);

        assertRefused("camera.safetensors: tensor scale is unexpected; a head has weight, bias and centroids");
    }

    @ParameterizedTest
    @CsvSource({"weight, 4, NaN", "bias, 1, Infinity", "centroids, 5, -Infinity"})
    void namesAnElementThatIsNotFinite(String name, int element, float value) {
        Tensor tensor = tensors.get(name);
        float[] elements = tensor.floats();
        elements[element] = value;
        tensors.put(name, Tensor.of(name, tensor.shape(), elements));

        assertRefused("camera.safetensors: element " + element + " of tensor " + name + " is " + value);
    }

    @Test
    void namesBothShapesOfATensorThatDoesNotFit() {
        put("bias", List.of(3), 1, 2, 3);
        assertRefused("camera.safetensors: tensor bias has the shape [3], not [2]");

        put("bias", List.of(2, 1), 1, 2);
        assertRefused("camera.safetensors: tensor bias has the shape [2, 1], not [2]");

        put("bias", List.of(2), 1, 2);
        put("centroids", List.of(2, 2), 1, 2, 3, 4);
        assertRefused("camera.safetensors: tensor centroids has the shape [2, 2], not [2, 3]");

        put("weight", List.of(6), 1, 2, 3, 4, 5, 6);
        assertRefused("camera.safetensors: tensor weight has the shape [6], not [labels, features]");

        put("weight", List.of(2, 0));
        assertRefused("camera.safetensors: tensor weight has the shape [2, 0], not [labels, features]");
    }

    @Test
    void takesOnly32BitFloats() {
        tensors.put("bias", new Tensor("bias", ElementType.F16, List.of(2), ByteBuffer.allocate(4)));

        assertRefused("camera.safetensors: tensor bias is of F16, not F32");
    }

    @Test
    void namesALabelWhoseCentroidIsZero() {
        put("centroids", List.of(2, 3), 1, 0, 0, 0, -0f, 0);

        assertRefused("camera.safetensors: row 1 of tensor centroids, of label 'closed', is zero");
    }

    @Test
    void refusesEveryTruncatedFile() {
        byte[] bytes = bytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] truncated = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(ModelException.class)
                    .isThrownBy(() -> Head.read("camera.safetensors", truncated))
                    .withMessageStartingWith("camera.safetensors: ");
        }
    }

    @Test
    void refusesAHeaderThatClaimsMoreThanThereIs() {
        String header = "{\"weight\":{\"dtype\":\"F32\",\"shape\":[100,500000000],\"data_offsets\":[0,200000000000]}}";
        byte[] bytes = ByteBuffer.allocate(8 + header.length()).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII)).array();

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> Head.read("camera.safetensors", bytes))
                .withMessageContainingAll("tensor weight", "end beyond the file");

        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1 << 30);
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> Head.read("camera.safetensors", bytes))
                .withMessageContaining("a header of 1073741824 bytes is longer than the format allows");
    }

    @Test
    void refusesAFileThatIsLargerThanAnyHead() throws IOException {
        Path file = Files.write(folder.resolve("large.safetensors"), new byte[(2 << 20) + 1]);

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> Head.read(file))
                .withMessage(file + " has more than 2097152 bytes, the limit of a head");
    }

    @Test
    void namesAFileThatCannotBeRead() {
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> Head.read(folder.resolve("gone")))
                .withMessage(folder.resolve("gone") + ": there is no such file");
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> Head.read(folder))
                .withMessageStartingWith(folder + " cannot be read");
    }

    private void put(String name, List<Integer> shape, float... elements) {
        tensors.put(name, Tensor.of(name, shape, elements));
    }

    private byte[] bytes() {
        return SafetensorsWriter.bytes(tensors.values(), metadata);
    }

    private Head read() {
        return Head.read("camera.safetensors", bytes());
    }

    private void assertRefused(String message) {
        assertThatExceptionOfType(ModelException.class).isThrownBy(this::read).withMessageStartingWith(message);
    }
}
