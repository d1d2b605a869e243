package io.flinkvision.watch.wall;

import io.flinkvision.watch.StartPosition;
import io.flinkvision.watch.WatchException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads a topic on a thread of its own for as long as it is open. When the topic cannot be read it says why, and tries
 * again a little later where it left off.
 *
 * @param <R> what the topic holds
 */
final class TopicFollower<R> implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(250);
    private static final long PAUSE_MILLIS = 3000;

    /**
     * What reads the topic.
     *
     * @param <R> what the topic holds
     */
    interface Reading<R> extends AutoCloseable {

        /**
         * Waits for records.
         *
         * @throws WatchException if the topic cannot be read
         */
        List<R> poll(Duration timeout);

        @Override
        void close();
    }

    private final Function<StartPosition, Reading<R>> open;
    private final Consumer<R> records;
    private final Consumer<Optional<String>> trouble;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private Instant position;

    /**
     * Starts to read.
     *
     * @param name of the thread
     * @param open makes ready to read from a position on
     * @param start the time that the first record was written at
     * @param records is given every record
     * @param trouble is told why the topic cannot be read, and by empty that it can be again
     */
    TopicFollower(String name, Function<StartPosition, Reading<R>> open, Instant start, Consumer<R> records,
            Consumer<Optional<String>> trouble) {
        this.open = open;
        this.records = records;
        this.trouble = trouble;
        this.position = start;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            do {
                try (Reading<R> reading = open.apply(new StartPosition.Since(position))) {
                    follow(reading);
                } catch (WatchException e) {
                    trouble.accept(Optional.of(e.getMessage()));
                }
            } while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            // It is being closed.
        }
    }

    private void follow(Reading<R> reading) {
        while (closed.getCount() > 0) {
            Instant before = Instant.now();
            List<R> found = reading.poll(POLL);
            found.forEach(records);
            if (!found.isEmpty()) {
                position = before;
            }
            trouble.accept(Optional.empty());
        }
    }

    /** Stops reading, and waits until that has ended; a second call does nothing. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
