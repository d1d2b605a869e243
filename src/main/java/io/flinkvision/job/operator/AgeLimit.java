package io.flinkvision.job.operator;

import io.flinkvision.job.record.ImageRecord;
import io.flinkvision.job.record.StaleRoute;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How old a frame may be when the decode operator takes it up, and how an older one is answered.
 *
 * <p>A frame is as old as the earlier of its two times says: its capture time, which the camera's clock has set, and
 * its record's timestamp, which the producer's clock has set, or the broker's where the topic has
 * {@code message.timestamp.type=LogAppendTime}. They are held against the clock of the machine that decodes. A time
 * ahead of that clock is none of the past, so it makes no frame stale; a frame without any time is never stale.
 *
 * @param most the oldest that a frame may be; one of exactly this age is decoded
 * @param route what becomes of an older one
 */
public record AgeLimit(Duration most, StaleRoute route) implements Serializable {

    /** Lets every frame through. */
    public static final AgeLimit NONE = new AgeLimit(Duration.ofSeconds(Long.MAX_VALUE), StaleRoute.DEAD_LETTER);

    private static final long serialVersionUID = 1L;

    public AgeLimit {
        Objects.requireNonNull(route, "route");
        if (most.isNegative() || most.isZero()) {
            throw new IllegalArgumentException("The oldest that a frame may be cannot be " + most);
        }
    }

    /** Whether there is a limit at all. */
    public boolean isSet() {
        return !equals(NONE);
    }

    /** Whether a frame that is older gets no answer at all. */
    public boolean dropsWithoutAnswer() {
        return isSet() && route == StaleRoute.SKIP;
    }

    /**
     * Whether a frame is older than the limit.
     *
     * @param timestamp the record's in Kafka, in milliseconds since 1970-01-01T00:00Z; empty or negative where it has
     *     none
     * @param now when the frame is looked at
     */
    public boolean excludes(ImageRecord record, Optional<Long> timestamp, Instant now) {
        return excess(record, timestamp, now).isPresent();
    }

    /** Why a frame is older than the limit, for a person; empty where it is not. The arguments are those above. */
    Optional<String> complaint(ImageRecord record, Optional<Long> timestamp, Instant now) {
        return excess(record, timestamp, now).map(time -> "The frame is of " + time
                + record.captureTime().filter(time::equals).map(same -> " by its capture-time").orElse("") + ", "
                + Duration.between(time, now).toMillis() + " ms before it was to be decoded: more than the max-age of "
                + most.toMillis() + " ms");
    }

    /** The time of a frame that is older than the limit. */
    private Optional<Instant> excess(ImageRecord record, Optional<Long> timestamp, Instant now) {
        if (!isSet()) {
            return Optional.empty();
        }
        return Stream.of(record.captureTime(), timestamp.filter(millis -> millis >= 0).map(Instant::ofEpochMilli))
                .flatMap(Optional::stream)
                .min(Instant::compareTo)
                .filter(time -> Duration.between(time, now).compareTo(most) > 0);
    }
}
