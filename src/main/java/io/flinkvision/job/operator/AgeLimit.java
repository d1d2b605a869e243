package io.flinkvision.job.operator;

import io.flinkvision.job.record.RawRecord;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The maximum age of a frame when it reaches the decode operator.
 *
 * <p>A frame is as old as the earlier of its two times says: its capture time, which the camera's clock has set, and
 * its record's timestamp, which the producer's clock has set, or the broker's where the topic has
 * {@code message.timestamp.type=LogAppendTime}. They are compared with the clock of the machine that decodes. A time
 * ahead of that clock makes no frame stale; a frame without any time is never stale.
 *
 * @param max a frame of exactly this age is decoded
 */
public record AgeLimit(Duration max) implements Serializable {

    /** Accepts every frame. */
    public static final AgeLimit NONE = new AgeLimit(Duration.ofSeconds(Long.MAX_VALUE));

    private static final long serialVersionUID = 1L;

    public AgeLimit {
        if (max.isNegative() || max.isZero()) {
            throw new IllegalArgumentException("The maximum age of a frame must be positive, not " + max);
        }
    }

    public boolean isSet() {
        return !equals(NONE);
    }

    /**
     * The reason to refuse a frame; empty if it is not older than the limit.
     *
     * @param timestamp of the record in Kafka, in milliseconds since 1970-01-01T00:00Z; empty or negative if it has
     *     none
     * @param now when the frame reaches the operator
     */
    Optional<String> complaint(RawRecord record, Optional<Long> timestamp, Instant now) {
        return excess(record, timestamp, now).map(time -> "The frame is of " + time
                + record.captureTime().filter(time::equals).map(same -> " by its capture-time").orElse("") + ", "
                + Duration.between(time, now).toMillis() + " ms before it was to be decoded: more than the max-age of "
                + max.toMillis() + " ms");
    }

    /** The time of a frame that is older than the limit. */
    private Optional<Instant> excess(RawRecord record, Optional<Long> timestamp, Instant now) {
        if (!isSet()) {
            return Optional.empty();
        }
        return Stream.of(record.captureTime(), timestamp.filter(millis -> millis >= 0).map(Instant::ofEpochMilli))
                .flatMap(Optional::stream)
                .min(Instant::compareTo)
                .filter(time -> Duration.between(time, now).compareTo(max) > 0);
    }
}
