package io.flinkvision.job.operator;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A record of the output topic.
 *
 * @param source where the picture was read
 * @param key the picture's key
 * @param headers the picture's headers that travel on
 * @param captureTime when the picture was taken, where its producer said so
 * @param width pixels of the picture as it was sent, in its upright orientation
 * @param height likewise
 * @param format what the picture was encoded as
 * @param modelName the bundle's name
 * @param modelDigest SHA-256 of the bundle's weights, in hexadecimal
 * @param labels the most probable classes, the first one first
 * @param decodeNanos nanoseconds spent decoding and resizing
 * @param inferenceNanos nanoseconds spent in the network
 * @param classifiedAt when the labels were there, in milliseconds' precision
 * @param reused the frame whose labels these are, where the picture took them over; empty where it was classified
 */
public record Classification(
        RecordCoordinates source,
        Optional<byte[]> key,
        List<RecordHeader> headers,
        Optional<Instant> captureTime,
        int width,
        int height,
        String format,
        String modelName,
        String modelDigest,
        List<Label> labels,
        long decodeNanos,
        long inferenceNanos,
        Instant classifiedAt,
        Optional<RecordCoordinates> reused) {

    public Classification {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(captureTime, "captureTime");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(modelName, "modelName");
        Objects.requireNonNull(modelDigest, "modelDigest");
        Objects.requireNonNull(classifiedAt, "classifiedAt");
        Objects.requireNonNull(reused, "reused");
        headers = List.copyOf(headers);
        labels = List.copyOf(labels);
    }
}
