package io.flinkvision.job.record;

import io.flinkvision.core.inference.Label;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The value of a record of the output topic, by {@code conf/schemas/classification.schema.json}.
 *
 * @param id {@code topic-partition-offset} of the picture; the same for every record that was made from it
 * @param source where the picture was read
 * @param key the picture's key, usually the camera, or its Base64 where it is no text; empty where there was none
 * @param captureTime when the picture was taken, where its producer said so
 * @param width pixels of the picture as it was sent, upright
 * @param height likewise
 * @param format what the picture was encoded as
 * @param modelName the name in the bundle's {@code model.yaml}
 * @param modelDigest SHA-256 of the bundle's weights, in hexadecimal
 * @param labels the most probable classes, the first one first; at least one
 * @param decodeMillis milliseconds spent decoding and resizing
 * @param inferenceMillis milliseconds spent in the network
 * @param classifiedAt when the labels were there
 * @param reused the {@code id} of the picture whose labels these are, where this one took them over; empty where the
 *     network saw this one
 */
public record ClassificationRecord(
        String id,
        RecordCoordinates source,
        Optional<String> key,
        Optional<Instant> captureTime,
        int width,
        int height,
        String format,
        String modelName,
        String modelDigest,
        List<Label> labels,
        double decodeMillis,
        double inferenceMillis,
        Instant classifiedAt,
        Optional<String> reused) {

    public ClassificationRecord {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(captureTime, "captureTime");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(modelName, "modelName");
        Objects.requireNonNull(modelDigest, "modelDigest");
        Objects.requireNonNull(classifiedAt, "classifiedAt");
        Objects.requireNonNull(reused, "reused");
        labels = List.copyOf(labels);
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("The record " + id + " has no labels");
        }
    }

    /** The most probable class. */
    public Label topLabel() {
        return labels.get(0);
    }
}
