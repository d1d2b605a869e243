package io.flinkvision.job.guard;

import java.time.Duration;

/**
 * How long a note has been there, in ticks of the one who watches it and not by the clock: while the process or the
 * machine stands still, nothing ticks, and no record is blamed for it. Not safe for use by several threads.
 */
final class TickCount {

    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);
    private static final int TICKS_A_DEADLINE = 20;

    private final Duration tick;
    private final long most;
    private long note;
    private long ticks;

    /** @param deadline how long a note may be there, more than nothing */
    TickCount(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("No note can be watched for " + deadline);
        }
        Duration part = deadline.dividedBy(TICKS_A_DEADLINE);
        Duration shortest = Duration.ofMillis(1);
        tick = part.compareTo(LONGEST_TICK) > 0 ? LONGEST_TICK : part.compareTo(shortest) < 0 ? shortest : part;
        most = deadline.dividedBy(tick) + 1;
    }

    /** The time between two ticks. */
    Duration tick() {
        return tick;
    }

    /**
     * A tick has passed.
     *
     * @param seen which note is there now, from 1; 0 or less where there is none to watch
     * @return whether it has been there for the whole deadline
     */
    boolean isOver(long seen) {
        ticks = seen == note ? ticks + 1 : 0;
        note = seen;
        return note > 0 && ticks >= most;
    }
}
