package io.flinkvision.core.head;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.flinkvision.core.weights.ElementType;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.SafetensorsFile;
import io.flinkvision.core.weights.SafetensorsWriter;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.core.weights.Tensor;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A head as a safetensors file (docs/models.md): three tensors, and metadata that describe them. */
final class HeadFile {

    /** A head of {@link HeadDescription#MAX_LABELS} labels and 2,000 features, and more than any. */
    static final int MAX_BYTES = 2 << 20;

    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";
    private static final String CENTROIDS = "centroids";
    private static final Set<String> TENSORS = Set.of(WEIGHT, BIAS, CENTROIDS);

    private static final String FORMAT_VERSION = "format-version";
    private static final String VERSION = "1";
    private static final String LAYER = "layer";
    private static final String POOLED = "pooled";
    private static final String NORMALISATION = "normalisation";
    private static final String L2 = "l2";
    private static final String NAME = "name";
    private static final String LABELS = "labels";
    private static final String BACKBONE_DIGEST = "backbone-digest";
    private static final String TEMPERATURE = "temperature";
    private static final String THRESHOLD = "threshold";
    private static final String TAUGHT_AT = "taught-at";
    private static final String PICTURES = "pictures";
    private static final String ACCURACY = "accuracy";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String source;
    private final StateDict tensors;
    private final Map<String, String> metadata;

    private HeadFile(String source, StateDict tensors, Map<String, String> metadata) {
        this.source = source;
        this.tensors = tensors;
        this.metadata = metadata;
    }

    /**
     * A file's numbers.
     *
     * @param weight {@code [labels, features]}
     * @param bias {@code [labels]}
     * @param centroids {@code [labels, features]}
     */
    record Contents(HeadDescription description, int features, float[] weight, float[] bias, float[] centroids) {}

    /** @throws ModelException if it is no head */
    static Contents read(String source, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new ModelException(source + " has more than " + MAX_BYTES + " bytes, the limit of a head");
        }
        SafetensorsFile.Contents file = SafetensorsFile.read(source, bytes);
        return new HeadFile(source, file.tensors(), file.metadata()).contents();
    }

    /** The bytes of a file, which are the same for the same contents. */
    static byte[] write(Contents head) {
        HeadDescription description = head.description();
        int labels = description.labels().size();
        Map<String, String> metadata = new HashMap<>(Map.of(
                FORMAT_VERSION, VERSION,
                LAYER, POOLED,
                NORMALISATION, L2,
                NAME, description.name(),
                LABELS, json(description.labels()),
                BACKBONE_DIGEST, description.backboneDigest(),
                TEMPERATURE, Double.toString(description.temperature()),
                TAUGHT_AT, description.taughtAt().toString(),
                PICTURES, Integer.toString(description.pictures())));
        description.threshold().ifPresent(threshold -> metadata.put(THRESHOLD, threshold.toString()));
        description.accuracy().ifPresent(accuracy -> metadata.put(ACCURACY, accuracy.toString()));
        return SafetensorsWriter.bytes(
                List.of(Tensor.of(WEIGHT, List.of(labels, head.features()), head.weight()),
                        Tensor.of(BIAS, List.of(labels), head.bias()),
                        Tensor.of(CENTROIDS, List.of(labels, head.features()), head.centroids())),
                metadata);
    }

    private static String json(List<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array.toString();
    }

    private Contents contents() {
        requireText(FORMAT_VERSION, VERSION, "this is a head of another version of flink-vision");
        requireText(LAYER, POOLED, "only heads on pooled features are known");
        requireText(NORMALISATION, L2, "only heads on features divided by their L2 norm are known");
        HeadDescription description = description();
        tensors.names().stream().filter(name -> !TENSORS.contains(name)).findFirst().ifPresent(name -> {
            throw error("tensor " + name + " is unexpected; a head has " + WEIGHT + ", " + BIAS + " and " + CENTROIDS);
        });
        int labels = description.labels().size();
        List<Integer> shape = floatTensor(WEIGHT).shape();
        if (shape.size() != 2 || shape.get(1) == 0) {
            throw error("tensor " + WEIGHT + " has the shape " + shape + ", not [labels, features]");
        }
        int features = shape.get(1);
        requireShape(WEIGHT, List.of(labels, features));
        requireShape(BIAS, List.of(labels));
        requireShape(CENTROIDS, List.of(labels, features));
        return new Contents(description, features, tensors.floats(WEIGHT), tensors.floats(BIAS),
                tensors.floats(CENTROIDS));
    }

    private HeadDescription description() {
        try {
            return new HeadDescription(
                    text(NAME),
                    labels(),
                    text(BACKBONE_DIGEST),
                    required(TEMPERATURE, Double::valueOf, "a number"),
                    optional(THRESHOLD, Double::valueOf, "a number"),
                    required(TAUGHT_AT, Instant::parse, "a time such as 2026-01-31T12:00:00Z"),
                    required(PICTURES, Integer::valueOf, "a whole number"),
                    optional(ACCURACY, Double::valueOf, "a number"));
        } catch (IllegalArgumentException e) {
            throw new ModelException(source + ": " + e.getMessage(), e);
        }
    }

    private List<String> labels() {
        JsonNode list = required(LABELS, HeadFile::parse, "a JSON list of texts");
        List<String> labels = new ArrayList<>();
        for (JsonNode label : list) {
            if (!label.isTextual()) {
                throw error("label " + labels.size() + " in the metadata is " + label + ", not a text");
            }
            labels.add(label.textValue());
        }
        return labels;
    }

    private static JsonNode parse(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            if (!node.isArray()) {
                throw new IllegalArgumentException("Not a list: " + text);
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private void requireText(String key, String expected, String reason) {
        if (!text(key).equals(expected)) {
            throw error("'" + key + "' in the metadata is '" + text(key) + "', not '" + expected + "': " + reason);
        }
    }

    private String text(String key) {
        return required(key, Function.identity(), "a text");
    }

    private <T> T required(String key, Function<String, T> parser, String form) {
        return optional(key, parser, form).orElseThrow(() -> error("the metadata have no '" + key + "'; "
                + (metadata.isEmpty() ? "a head's file has metadata that describe it" : "a head must say it")));
    }

    private <T> Optional<T> optional(String key, Function<String, T> parser, String form) {
        try {
            return Optional.ofNullable(metadata.get(key)).map(parser);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new ModelException(source + ": '" + key + "' in the metadata is '" + metadata.get(key) + "', not "
                    + form, e);
        }
    }

    private Tensor floatTensor(String name) {
        Tensor tensor = tensors.tensor(name);
        if (tensor.type() != ElementType.F32) {
            throw error("tensor " + name + " is of " + tensor.type() + ", not " + ElementType.F32);
        }
        return tensor;
    }

    private void requireShape(String name, List<Integer> expected) {
        List<Integer> shape = floatTensor(name).shape();
        if (!shape.equals(expected)) {
            throw error("tensor " + name + " has the shape " + shape + ", not " + expected);
        }
    }

    private ModelException error(String message) {
        return new ModelException(source + ": " + message);
    }
}
