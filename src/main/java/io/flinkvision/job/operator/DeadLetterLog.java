package io.flinkvision.job.operator;

import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.PrintableText;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Warns of dead letters without filling the log: of the first of each {@link ErrorCode}, and after it of one a minute
 * at the most, with the number of those that were not shown. The records themselves are on the dead-letter topic.
 */
final class DeadLetterLog implements AutoCloseable {

    /** The least time between two warnings of the same code. */
    static final Duration INTERVAL = Duration.ofMinutes(1);

    private static final int LONGEST_MESSAGE = 300;

    private final Logger log;
    private final LogContext context;
    private final LongSupplier nanoTime;
    private final Map<ErrorCode, Shown> shown = new EnumMap<>(ErrorCode.class);

    /** What was last shown of a code, and how many were not since. */
    private static final class Shown {
        private final long atNanos;
        private long hidden;

        Shown(long atNanos) {
            this.atNanos = atNanos;
        }
    }

    /**
     * @param log where the warnings go
     * @param context what they say of where they come from
     * @param nanoTime a clock that only goes forward, {@link System#nanoTime()}
     */
    DeadLetterLog(Logger log, LogContext context, LongSupplier nanoTime) {
        this.log = log;
        this.context = context;
        this.nanoTime = nanoTime;
    }

    /** A record became a dead letter. */
    void add(DeadLetter letter) {
        long now = nanoTime.getAsLong();
        Shown last = shown.get(letter.code());
        if (last != null && now - last.atNanos < INTERVAL.toNanos()) {
            last.hidden++;
            return;
        }
        String hidden = last == null || last.hidden == 0
                ? ""
                : " (and " + last.hidden + " more of this code since the last warning)";
        context.asOperator(() -> log.warn("Dead letter {}: {}: {}{}", letter.source().coordinates(), letter.code(),
                PrintableText.escaped(letter.message(), LONGEST_MESSAGE), hidden));
        shown.put(letter.code(), new Shown(now));
    }

    /** Says how many have not been shown; a second call says nothing. */
    @Override
    public void close() {
        context.asOperator(() -> shown.forEach((code, last) -> {
            if (last.hidden > 0) {
                log.warn("Dead letters: {}: {} more of this code since the last warning", code, last.hidden);
                last.hidden = 0;
            }
        }));
    }
}
