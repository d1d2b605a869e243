package io.flinkvision.job.operator;

import io.flinkvision.job.record.PrintableText;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subtask's attempts to load a model that others could load: after a failure it retries after {@link #FIRST_PAUSE},
 * then with a doubled pause each time, and never so soon that the attempts take more than a tenth of its time.
 */
final class LoadAttempts {

    /** From the first failed attempt to the next. */
    static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

    /** Attempts to load a model before the subtask gives up. */
    static final int MAX_ATTEMPTS = 5;

    private static final int PAUSES_PER_ATTEMPT = 9;

    private static final Logger LOG = LoggerFactory.getLogger(LoadAttempts.class);

    private final String model;
    private final int subtask;
    private final Counter failures;
    private final LongSupplier nanoTime;
    private Optional<Retry> retry = Optional.empty();

    /** Read by the reporters' threads. */
    private volatile boolean behind;

    /** Loads the model. */
    @FunctionalInterface
    interface Load {

        /** @throws IOException if the model cannot be read; {@link RuntimeException}s if it cannot be used */
        void load() throws IOException;
    }

    /**
     * A load that failed.
     *
     * @param attempts those that failed
     * @param atNanos when to try again
     */
    private record Retry(Load load, int attempts, long atNanos) {}

    /**
     * @param model the model, for messages
     * @param subtask counted from 1
     * @param failures counts failed attempts
     * @param nanoTime a monotonic clock
     */
    LoadAttempts(String model, int subtask, Counter failures, LongSupplier nanoTime) {
        this.model = model;
        this.subtask = subtask;
        this.failures = failures;
        this.nanoTime = nanoTime;
    }

    /** Whether the model could not be loaded yet. */
    boolean isBehind() {
        return behind;
    }

    /** Gives up what failed before, if anything did. */
    void forget() {
        retry = Optional.empty();
        behind = false;
    }

    /**
     * Loads a model instead of the one before.
     *
     * @throws IOException if the task is cancelled meanwhile
     */
    void start(Load load) throws IOException {
        forget();
        attempt(load, 1);
    }

    /**
     * Retries what failed once its pause is over.
     *
     * @throws IOException if this was the last attempt, or the task is cancelled meanwhile
     */
    void catchUp() throws IOException {
        if (retry.isPresent() && nanoTime.getAsLong() - retry.get().atNanos() >= 0) {
            attempt(retry.get().load(), retry.get().attempts() + 1);
            if (!behind) {
                LOG.info("Subtask {} has caught up with {}", subtask, model);
            }
        }
    }

    private void attempt(Load load, int attempt) throws IOException {
        long start = nanoTime.getAsLong();
        try {
            load.load();
            forget();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            failures.inc();
            behind = true;
            failed(load, attempt, nanoTime.getAsLong() - start, e);
        }
    }

    private void failed(Load load, int attempt, long nanos, Throwable cause) throws IOException {
        if (attempt >= MAX_ATTEMPTS) {
            throw new IOException("Subtask " + subtask + " could not load " + model + " in " + MAX_ATTEMPTS
                    + " attempts, and fails, so that it does not stay on another one than the other subtasks: "
                    + cause.getMessage(), cause);
        }
        long wait = Math.max(FIRST_PAUSE.toNanos() << attempt - 1, PAUSES_PER_ATTEMPT * nanos);
        retry = Optional.of(new Retry(load, attempt, nanoTime.getAsLong() + wait));
        LOG.error("Subtask {} cannot load {}, and continues without it, unlike the subtasks that could; it retries in"
                + " {} s, and gives up after {} attempts, of which this was the {}.: {}", subtask, model,
                Duration.ofNanos(wait).toSeconds(), MAX_ATTEMPTS, attempt, PrintableText.escaped(cause.toString()));
        LOG.debug("The cause", cause);
    }
}
