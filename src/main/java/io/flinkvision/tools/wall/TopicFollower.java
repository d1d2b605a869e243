package io.flinkvision.tools.wall;

import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.StartPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic on a thread of its own for as long as it is open. When the topic cannot be read it says why, and tries
 * again a little later where it left off.
 *
 * @param <R> what the topic holds
 */
final class TopicFollower<R> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);

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
         * @throws ToolException if the topic cannot be read
         */
        List<R> poll(Duration timeout);

        @Override
        void close();
    }

    private final Function<StartPosition, Reading<R>> open;
    private final Consumer<R> records;
    private final Consumer<Optional<String>> trouble;
    private final WallThread thread;
    private Instant position;

    /**
     * Starts to read.
     *
     * @param name of the thread
     * @param open makes ready to read from a position on
     * @param start the time that the first record was written at
     * @param records is given every record; what it throws is taken for a failure to read the topic
     * @param trouble is told why the topic cannot be read, and by empty that it can be again
     * @param ended is told the reason, if the thread ends before it is closed
     */
    TopicFollower(String name, Function<StartPosition, Reading<R>> open, Instant start, Consumer<R> records,
            Consumer<Optional<String>> trouble, Consumer<String> ended) {
        this.open = open;
        this.records = records;
        this.trouble = trouble;
        this.position = start;
        this.thread = new WallThread(name, this::run, ended).start();
    }

    private void run(WallThread own) throws InterruptedException {
        do {
            try (Reading<R> reading = open.apply(new StartPosition.Since(position))) {
                follow(own, reading);
            } catch (ToolException e) {
                trouble.accept(Optional.of(e.getMessage()));
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.debug("A topic is read anew", e);
                trouble.accept(Optional.of("Reading failed unexpectedly, and is tried again: " + e));
            }
        } while (own.rest(PAUSE_MILLIS));
    }

    private void follow(WallThread own, Reading<R> reading) {
        while (own.isOpen()) {
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
        thread.close();
    }
}
