package io.flinkvision.job.guard;

import java.time.Duration;

/**
 * The age of a note in ticks of its watchdog instead of clock time: while the process or the machine is suspended, nothing
 * ticks, and no record is blamed for it. Not thread-safe.
 */
final class TickCount {

    private static final Duration MIN_TICK = Duration.ofMillis(1);
    private static final Duration MAX_TICK = Duration.ofSeconds(1);
    private static final int TICKS_PER_DEADLINE = 20;

    private final Duration tick;
    private final long maxTicks;
    private long note;
    private long ticks;

    /** @param deadline positive */
    TickCount(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("The deadline must be positive, not " + deadline);
        }
        Duration part = deadline.dividedBy(TICKS_PER_DEADLINE);
        tick = part.compareTo(MAX_TICK) > 0 ? MAX_TICK : part.compareTo(MIN_TICK) < 0 ? MIN_TICK : part;
        maxTicks = deadline.dividedBy(tick) + 1;
    }

    /** The time between two ticks. */
    Duration tick() {
        return tick;
    }

    /**
     * Counts a tick.
     *
     * @param seen the number of the present note, from 1; 0 or less for none
     * @return whether the note has exceeded the deadline
     */
    boolean isOver(long seen) {
        ticks = seen == note ? ticks + 1 : 0;
        note = seen;
        return note > 0 && ticks >= maxTicks;
    }
}
