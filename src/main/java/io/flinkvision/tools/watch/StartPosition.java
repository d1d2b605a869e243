package io.flinkvision.tools.watch;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Where in a topic a reader starts. */
public sealed interface StartPosition {

    /** Timeout of each request to the brokers. */
    Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** At the oldest record. */
    record Beginning() implements StartPosition {}

    /** After the newest record. */
    record End() implements StartPosition {}

    /** At the first record that was written at a time or later. */
    record Since(Instant time) implements StartPosition {

        public Since {
            // Throws for a time beyond Kafka's milliseconds.
            Objects.requireNonNull(time, "time").toEpochMilli();
        }
    }

    /**
     * Reads {@code beginning}, {@code now}, a time before now such as {@code 10m} or {@code 1h}, or a time by ISO 8601
     * such as {@code 2026-01-01T12:00:00Z}.
     *
     * @param zone of a time that names none
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

    /** Asks the brokers for the first offset to read in each partition. */
    default Map<TopicPartition, Long> offsets(Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions) {
        if (this instanceof Beginning) {
            return consumer.beginningOffsets(partitions, REQUEST_TIMEOUT);
        }
        Map<TopicPartition, Long> offsets = new HashMap<>(consumer.endOffsets(partitions, REQUEST_TIMEOUT));
        if (this instanceof Since since) {
            long millis = Math.max(0, since.time().toEpochMilli());
            consumer.offsetsForTimes(
                            partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> millis)),
                            REQUEST_TIMEOUT)
                    .forEach((partition, first) -> {
                        // There is none where no record is as new as that.
                        if (first != null) {
                            offsets.put(partition, first.offset());
                        }
                    });
        }
        return offsets;
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
