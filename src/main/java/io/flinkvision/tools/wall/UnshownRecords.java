package io.flinkvision.tools.wall;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the records that could not be read or shown, and reports the last of them for some minutes: on the page, and
 * once a minute at most in the log, which a sender of bad records must not fill. Safe for use by several threads.
 */
final class UnshownRecords {

    private static final Logger LOG = LoggerFactory.getLogger(UnshownRecords.class);

    private static final Duration REPORTED = Duration.ofMinutes(10);
    private static final Duration BETWEEN_LOG_LINES = Duration.ofMinutes(1);
    private static final int MAX_REASON_CHARACTERS = 200;

    private final InstantSource clock;
    private long count;
    private String last = "";
    private Instant lastAt = Instant.MIN;
    private Instant loggedAt = Instant.MIN;

    UnshownRecords(InstantSource clock) {
        this.clock = clock;
    }

    /** Takes a record, and why it is not shown. */
    synchronized void add(ConsumerRecord<?, ?> record, String reason) {
        count++;
        last = record.topic() + "-" + record.partition() + "-" + record.offset() + ": "
                + DisplayText.of(reason, MAX_REASON_CHARACTERS);
        lastAt = clock.instant();
        if (loggedAt.isBefore(lastAt.minus(BETWEEN_LOG_LINES))) {
            loggedAt = lastAt;
            LOG.warn("{}", text());
        }
    }

    /** A sentence for a person; empty where there was no such record in the last ten minutes. */
    synchronized Optional<String> sentence() {
        return lastAt.isBefore(clock.instant().minus(REPORTED)) ? Optional.empty() : Optional.of(text() + ".");
    }

    private String text() {
        return (count == 1 ? "1 record" : count + " records") + " could not be shown, at last " + last;
    }
}
