package io.flinkvision.job.operator;

import io.flinkvision.job.record.RawRecord;
import java.time.Instant;

/** When a frame was taken, as far as is known. */
final class FrameTime {

    private FrameTime() {}

    /**
     * The capture time, or else the record's timestamp, or else now.
     *
     * @param timestamp of the record in Kafka, in milliseconds since 1970-01-01T00:00Z; {@code null} or negative if it
     *     has none
     */
    static Instant of(RawRecord record, Long timestamp) {
        return record.captureTime().orElseGet(() ->
                timestamp == null || timestamp < 0 ? Instant.now() : Instant.ofEpochMilli(timestamp));
    }
}
