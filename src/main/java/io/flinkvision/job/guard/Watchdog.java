package io.flinkvision.job.guard;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/** Looks now and then whether a subtask has had the same record in hand for too long; a daemon thread of its own. */
final class Watchdog implements AutoCloseable {

    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private final TickCount ticks;
    private final LongSupplier inHand;
    private final LongPredicate condemn;
    private final Thread thread;

    private Watchdog(Duration deadline, LongSupplier inHand, LongPredicate condemn, String name) {
        this.ticks = new TickCount(deadline);
        this.inHand = inHand;
        this.condemn = condemn;
        this.thread = new Thread(this::watch, name);
        thread.setDaemon(true);
    }

    /**
     * Begins to watch.
     *
     * @param deadline how long a record may be in hand, more than nothing
     * @param inHand which note is there; 0 or less for none
     * @param condemn is told of a note that is over the deadline, and whether that ends the watch
     * @param name of the thread
     */
    static Watchdog start(Duration deadline, LongSupplier inHand, LongPredicate condemn, String name) {
        Watchdog watchdog = new Watchdog(deadline, inHand, condemn, name);
        watchdog.thread.start();
        return watchdog;
    }

    private void watch() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(ticks.tick().toNanos());
                long note = inHand.getAsLong();
                if (ticks.isOver(note) && condemn.test(note)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // The watch is over.
        }
    }

    /** Ends the watch; a second call does nothing. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(LONGEST_END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
