package io.flinkvision.tools.watch;

import io.flinkvision.job.record.CaptureTime;
import io.flinkvision.job.record.MalformedRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Bounds of the times in records, which anybody may write: from {@link #MIN} to {@link #MAX}. The difference of two of
 * them, in nanoseconds too, fits into 64 bits, and every calendar can show them.
 */
public final class PlausibleTime {

    /** The first time that is believed. */
    public static final Instant MIN = CaptureTime.MIN;

    /** The last time that is believed. */
    public static final Instant MAX = CaptureTime.MAX;

    private static final Duration MAX_DURATION = Duration.between(MIN, MAX);

    private PlausibleTime() {}

    private static boolean isPlausible(Instant time) {
        return !time.isBefore(MIN) && !time.isAfter(MAX);
    }

    /** The time, if it is within the bounds. */
    static Optional<Instant> of(Instant time) {
        return Optional.of(time).filter(PlausibleTime::isPlausible);
    }

    /**
     * The time in a field that a record must have.
     *
     * @throws MalformedRecordException if it is outside of the bounds
     */
    static Instant required(String field, Instant time) throws MalformedRecordException {
        if (!isPlausible(time)) {
            throw new MalformedRecordException("the field " + field + " is not between " + MIN + " and " + MAX + ": "
                    + time);
        }
        return time;
    }

    /**
     * A duration in a field.
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

    /** The timestamp that a record has in Kafka, or the bound that is nearest to it. */
    public static Instant written(ConsumerRecord<?, ?> record) {
        return Instant.ofEpochMilli(
                Math.max(MIN.toEpochMilli(), Math.min(MAX.toEpochMilli(), record.timestamp())));
    }
}
