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
 * Reads a topic on a thread of its own until it is closed. When the topic cannot be read it reports why, and retries
 * where it left off.
 *
 * @param <R> type of the records
 */
final class TopicFollower<R> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);

    private static final Duration POLL = Duration.ofMillis(250);
    private static final long PAUSE_MILLIS = 3000;

    /**
     * A reader of the topic.
     *
     * @param <R> type of the records
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
    private final Consumer<Optional<String>> problem;
    private final WallThread thread;
    private Instant position;

    /**
     * Starts to read.
     *
     * @param name of the thread
     * @param open makes a reader that starts at a position
     * @param start timestamp of the first record
     * @param records receives every record; its exceptions count as failures to read the topic
     * @param problem receives the reason why the topic cannot be read, empty when it can be again
     * @param ended receives the reason, if the thread ends before it is closed
     */
    TopicFollower(String name, Function<StartPosition, Reading<R>> open, Instant start, Consumer<R> records,
            Consumer<Optional<String>> problem, Consumer<String> ended) {
        this.open = open;
        this.records = records;
        this.problem = problem;
        this.position = start;
        this.thread = new WallThread(name, this::run, ended).start();
    }

    private void run(WallThread own) throws InterruptedException {
        do {
            try (Reading<R> reading = open.apply(new StartPosition.Since(position))) {
                follow(own, reading);
            } catch (ToolException e) {
                problem.accept(Optional.of(e.getMessage()));
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.debug("Reading a topic again", e);
                problem.accept(Optional.of("Reading failed unexpectedly and is retried: " + e));
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
            problem.accept(Optional.empty());
        }
    }

    /** Stops and waits for the end of the thread; a second call does nothing. */
    @Override
    public void close() {
        thread.close();
    }
}
