package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;

/**
 * The dead letters of a subtask: makes them for the side output {@link #TAG}, counts them by {@link ErrorCode}, and
 * logs them without filling the log: the first of each code, and then at most one per minute, with the number of those
 * that were not logged. The records themselves are on the dead-letter topic.
 */
public final class DeadLetterOutput implements AutoCloseable {

    /** The side output of the operators that may give up on a record. */
    public static final OutputTag<DeadLetter> TAG =
            new OutputTag<>("dead-letters", RecordTypeInformation.DEAD_LETTER);

    /** Between two warnings of the same code, at least. */
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private static final int MAX_MESSAGE_LENGTH = 300;

    private final Map<ErrorCode, Counter> counters = new EnumMap<>(ErrorCode.class);
    private final Logger log;
    private final LogContext context;
    private final LongSupplier nanoTime;
    private final Map<ErrorCode, Logged> logged = new EnumMap<>(ErrorCode.class);

    /** The last warning of a code, and the number of dead letters since. */
    private static final class Logged {
        private final long atNanos;
        private long hidden;

        Logged(long atNanos) {
            this.atNanos = atNanos;
        }
    }

    /**
     * @param group of the operator's metrics
     * @param codes that the operator may use
     * @param log receives the warnings
     * @param context of the warnings
     * @param nanoTime a monotonic clock, {@link System#nanoTime()}
     */
    DeadLetterOutput(MetricGroup group, Collection<ErrorCode> codes, Logger log, LogContext context,
            LongSupplier nanoTime) {
        for (ErrorCode code : codes) {
            counters.put(code, group.addGroup(VisionMetrics.CODE, code.name()).counter(VisionMetrics.DEAD_LETTERS));
        }
        this.log = log;
        this.context = context;
        this.nanoTime = nanoTime;
    }

    /**
     * Makes a dead letter of a record, for the caller to output.
     *
     * @throws IllegalArgumentException if the code is none of the operator's
     */
    DeadLetter add(RawRecord source, Rejected reason) {
        Counter counter = counters.get(reason.code());
        if (counter == null) {
            throw new IllegalArgumentException("This operator does not give up on a record for " + reason.code());
        }
        counter.inc();
        DeadLetter letter = new DeadLetter(source, reason.code(), reason.message(), Instant.now());
        log(letter);
        return letter;
    }

    private void log(DeadLetter letter) {
        long now = nanoTime.getAsLong();
        Logged last = logged.get(letter.code());
        if (last != null && now - last.atNanos < INTERVAL.toNanos()) {
            last.hidden++;
            return;
        }
        String hidden = last == null || last.hidden == 0
                ? ""
                : " (and " + last.hidden + " more of this code since the last warning)";
        context.asOperator(() -> log.warn("Dead letter {}: {}: {}{}", letter.source().origin(), letter.code(),
                PrintableText.escaped(letter.message(), MAX_MESSAGE_LENGTH), hidden));
        logged.put(letter.code(), new Logged(now));
    }

    /** Logs the number of those that were not logged; a second call does nothing. */
    @Override
    public void close() {
        context.asOperator(() -> logged.forEach((code, last) -> {
            if (last.hidden > 0) {
                log.warn("Dead letters: {}: {} more of this code since the last warning", code, last.hidden);
                last.hidden = 0;
            }
        }));
    }
}
