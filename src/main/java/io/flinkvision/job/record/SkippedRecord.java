package io.flinkvision.job.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The value of a record of the output topic that has no labels, since nobody looked at the frame, by
 * {@code conf/schemas/classification.schema.json}.
 *
 * @param id {@code topic-partition-offset} of the frame; the same for every record that was made from it
 * @param source where the frame was read
 * @param key the frame's key, usually the camera, or its Base64 where it is no text; empty where there was none
 * @param captureTime when the frame was taken, where its producer said so
 * @param code why it was skipped: {@code STALE}, as far as this version knows
 * @param message the same for a person
 * @param skippedAt when it was passed over
 */
public record SkippedRecord(
        String id,
        RecordCoordinates source,
        Optional<String> key,
        Optional<Instant> captureTime,
        String code,
        String message,
        Instant skippedAt) implements OutputValue {

    public SkippedRecord {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(captureTime, "captureTime");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(skippedAt, "skippedAt");
    }
}
