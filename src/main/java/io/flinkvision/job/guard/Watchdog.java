package io.flinkvision.job.guard;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/** A daemon thread that checks whether a subtask's record has exceeded the deadline. */
final class Watchdog implements AutoCloseable {

    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(5);

    private final TickCount ticks;
    private final LongSupplier inFlight;
    private final LongPredicate expired;
    private final Thread thread;

    private Watchdog(Duration deadline, LongSupplier inFlight, LongPredicate expired, String name) {
        this.ticks = new TickCount(deadline);
        this.inFlight = inFlight;
        this.expired = expired;
        this.thread = new Thread(this::watch, name);
        thread.setDaemon(true);
    }

    /**
     * @param deadline for a record, positive
     * @param inFlight the number of the present note; 0 or less for none
     * @param expired called with a note that exceeds the deadline; returns whether to stop watching
     * @param name of the thread
     */
    static Watchdog start(Duration deadline, LongSupplier inFlight, LongPredicate expired, String name) {
        Watchdog watchdog = new Watchdog(deadline, inFlight, expired, name);
        watchdog.thread.start();
        return watchdog;
    }

    private void watch() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(ticks.tick().toNanos());
                long note = inFlight.getAsLong();
                if (ticks.isOver(note) && expired.test(note)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(JOIN_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
