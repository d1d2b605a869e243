package io.flinkvision.tools.watch;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in a topic a reader starts. */
public sealed interface StartPosition {

    /** At the oldest record that is still there. */
    record Beginning() implements StartPosition {}

    /** After the newest record: only what comes from now on. */
    record End() implements StartPosition {}

    /**
     * At the first record that was written at a time or later.
     *
     * @param time the time
     */
    record Since(Instant time) implements StartPosition {

        public Since {
            // Kafka counts in milliseconds, so a time beyond their range is refused here already.
            Objects.requireNonNull(time, "time").toEpochMilli();
        }
    }

    /**
     * Reads what somebody typed: {@code beginning}, {@code now}, a time before now such as {@code 10m} or {@code 1h},
     * or a time by ISO 8601 such as {@code 2026-01-01T12:00:00Z}.
     *
     * @param now what the time before now is counted from
     * @param zone the zone of a time that names none
     * @throws IllegalArgumentException if it is none of these
     */
    static StartPosition parse(String text, Instant now, ZoneId zone) {
        if (text.equals("beginning")) {
            return new Beginning();
        }
        if (text.equals("now")) {
            return new End();
        }
        try {
            Matcher ago = Pattern.compile("([0-9]{1,9}) ?(ms|s|m|min|h|d)").matcher(text);
            if (ago.matches()) {
                return new Since(now.minus(duration(Long.parseLong(ago.group(1)), ago.group(2))));
            }
            TemporalAccessor time = DateTimeFormatter.ISO_DATE_TIME.parseBest(
                    text, OffsetDateTime::from, LocalDateTime::from);
            return new Since(time instanceof OffsetDateTime exact
                    ? exact.toInstant()
                    : LocalDateTime.from(time).atZone(zone).toInstant());
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("must be a time before now such as 10m or 1h, a time such as"
                    + " 2026-01-01T12:00:00Z, beginning or now, not '" + text + "'", e);
        }
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m", "min" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
