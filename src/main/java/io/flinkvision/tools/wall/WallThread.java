package io.flinkvision.tools.wall;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread that works until it is closed. If its work ends before, this is logged and reported, since nothing
 * starts it again.
 */
final class WallThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WallThread.class);

    private static final long MAX_CLOSE_SECONDS = 10;

    private final Work work;
    private final Consumer<String> ended;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    interface Work {

        /** Works until {@link WallThread#isOpen} or {@link WallThread#rest} return false. */
        void run(WallThread thread) throws InterruptedException;
    }

    /**
     * @param ended receives the reason, if the work ends before the thread is closed
     */
    WallThread(String name, Work work, Consumer<String> ended) {
        this.work = work;
        this.ended = ended;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    WallThread start() {
        thread.start();
        return this;
    }

    private void run() {
        String reason = "its work was done";
        try {
            work.run(this);
        } catch (InterruptedException e) {
            reason = "it was interrupted";
        } catch (RuntimeException | Error e) {
            reason = e.toString();
            LOG.error("The thread {} has ended", thread.getName(), e);
        } finally {
            if (isOpen()) {
                ended.accept(reason);
            }
        }
    }

    boolean isOpen() {
        return closed.getCount() > 0;
    }

    /**
     * Waits for a time, or until the thread is closed.
     *
     * @return whether it is still open
     */
    boolean rest(long millis) throws InterruptedException {
        return !closed.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Interrupts the work too; {@link #close} only lets it end. */
    void interrupt() {
        closed.countDown();
        thread.interrupt();
    }

    /** Lets the work end, and waits for it at most ten seconds; a second call does nothing. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(MAX_CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
