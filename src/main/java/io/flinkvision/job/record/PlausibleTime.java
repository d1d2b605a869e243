package io.flinkvision.job.record;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Bounds of the times in records, which anybody may write: a time outside of them comes from a broken clock, or from
 * someone who wants arithmetic to overflow. The difference of two plausible times, in nanoseconds too, fits into 64
 * bits, and every calendar can show them.
 */
public final class PlausibleTime {

    /** The first plausible time. */
    public static final Instant MIN = Instant.parse("2000-01-01T00:00:00Z");

    /** The first time after the last plausible one. */
    public static final Instant MAX = Instant.parse("2100-01-01T00:00:00Z");

    private static final Duration MAX_DURATION = Duration.between(MIN, MAX);

    private PlausibleTime() {}

    /** Whether a time is from {@link #MIN} on and before {@link #MAX}. */
    static boolean isPlausible(Instant time) {
        return !time.isBefore(MIN) && time.isBefore(MAX);
    }

    /** The time, if it is plausible. */
    static Optional<Instant> of(Instant time) {
        return Optional.of(time).filter(PlausibleTime::isPlausible);
    }

    /**
     * The time in a field that a record must have.
     *
     * @throws MalformedRecordException if it is not plausible
     */
    static Instant required(String field, Instant time) throws MalformedRecordException {
        if (!isPlausible(time)) {
            throw new MalformedRecordException("the field " + field + " is not between " + MIN + " and " + MAX + ": "
                    + time);
        }
        return time;
    }

    /**
     * The duration in a field.
     *
     * @throws MalformedRecordException if it is negative, or longer than the time between the bounds
     */
    static Duration duration(String field, long millis) throws MalformedRecordException {
        if (millis < 0 || millis > MAX_DURATION.toMillis()) {
            throw new MalformedRecordException("the field " + field + " is not between 0 and "
                    + MAX_DURATION.toMillis() + ": " + millis);
        }
        return Duration.ofMillis(millis);
    }

    /** The plausible time that is nearest to a timestamp of Kafka, in milliseconds since 1970-01-01T00:00Z. */
    public static Instant nearest(long timestamp) {
        return Instant.ofEpochMilli(Math.max(MIN.toEpochMilli(), Math.min(MAX.toEpochMilli() - 1, timestamp)));
    }
}
