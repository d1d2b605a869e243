package io.flinkvision.core.head;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.flinkvision.core.weights.HeadMetadata;
import io.flinkvision.core.weights.LinearHead;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.SafetensorsFile;
import io.flinkvision.core.weights.SafetensorsWriter;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.core.weights.Tensor;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A head as a safetensors file (docs/models.md): three tensors, and metadata that describe them. */
final class HeadFile {

    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";
    private static final String CENTROIDS = "centroids";
    private static final Set<String> TENSORS = Set.of(WEIGHT, BIAS, CENTROIDS);

    private static final String NAME = "name";
    private static final String THRESHOLD = "threshold";
    private static final String TAUGHT_AT = "taught-at";
    private static final String PICTURES = "pictures";
    private static final String ACCURACY = "accuracy";

    private HeadFile() {}

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
        if (bytes.length > LinearHead.MAX_BYTES) {
            throw new ModelException(source + " has more than " + LinearHead.MAX_BYTES + " bytes, the limit of a head");
        }
        SafetensorsFile.Contents file = SafetensorsFile.read(source, bytes);
        return contents(file.tensors(), new HeadMetadata(source, file.metadata()));
    }

    /** The bytes of a file, which are the same for the same contents. */
    static byte[] write(Contents head) {
        HeadDescription description = head.description();
        int labels = description.labels().size();
        Map<String, String> metadata = new HashMap<>(Map.of(
                NAME, description.name(),
                HeadMetadata.LABELS, json(description.labels()),
                HeadMetadata.BACKBONE_DIGEST, description.backboneDigest(),
                HeadMetadata.TEMPERATURE, Double.toString(description.temperature()),
                TAUGHT_AT, description.taughtAt().toString(),
                PICTURES, Integer.toString(description.pictures())));
        metadata.putAll(HeadMetadata.FORMAT);
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

    private static Contents contents(StateDict tensors, HeadMetadata metadata) {
        HeadDescription description = description(metadata);
        tensors.names().stream().filter(name -> !TENSORS.contains(name)).findFirst().ifPresent(name -> {
            throw new ModelException(tensors + ": tensor " + name + " is unexpected; a head has " + WEIGHT + ", " + BIAS
                    + " and " + CENTROIDS);
        });
        LinearHead layer = LinearHead.of(tensors, metadata);
        return new Contents(description, layer.features(), layer.weight(), layer.bias(), LinearHead.floats(
                tensors, CENTROIDS, List.of(description.labels().size(), layer.features())));
    }

    private static HeadDescription description(HeadMetadata metadata) {
        try {
            return new HeadDescription(
                    metadata.text(NAME),
                    metadata.labels(),
                    metadata.backboneDigest(),
                    metadata.temperature(),
                    metadata.optional(THRESHOLD, Double::valueOf, "a number"),
                    metadata.required(TAUGHT_AT, Instant::parse, "a time such as 2026-01-31T12:00:00Z"),
                    metadata.required(PICTURES, Integer::valueOf, "a whole number"),
                    metadata.optional(ACCURACY, Double::valueOf, "a number"));
        } catch (IllegalArgumentException e) {
            throw new ModelException(metadata.source() + ": " + e.getMessage(), e);
        }
    }
}
