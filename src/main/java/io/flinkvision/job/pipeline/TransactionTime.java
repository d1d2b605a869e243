package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.OptionValues;
import java.time.Duration;
import java.util.Objects;

/**
 * How the life of a Kafka transaction is shared out, where labels are written exactly once. A transaction is open from
 * one checkpoint to the end of the next one, and what the broker aborts before it is committed is lost. So two thirds
 * of its time are for checkpoints: one that would take longer is given up, the job goes back to the one before, and no
 * record is lost. The last third is for what may come between a complete checkpoint and its commit: a process that
 * stands still, or a restart.
 *
 * @param timeout after which the broker aborts a transaction
 * @param interval between the beginnings of two checkpoints
 */
public record TransactionTime(Duration timeout, Duration interval) {

    /** To give up a checkpoint sooner than this would fail jobs that are merely busy. */
    private static final Duration ORDINARY_CHECKPOINT = Duration.ofMinutes(1);

    /** A dead process is missed after 50 seconds, and the job's restart may wait for a minute. */
    private static final Duration RESTART = Duration.ofMinutes(2);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    public TransactionTime {
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(interval, "interval");
    }

    public static TransactionTime of(KafkaJob job) {
        return of(job.values());
    }

    static TransactionTime of(OptionValues job) {
        return new TransactionTime(
                job.get(JobOptions.SINK_TRANSACTION_TIMEOUT), job.get(JobOptions.CHECKPOINT_INTERVAL));
    }

    /**
     * How long a checkpoint may take. A transaction may wait for a checkpoint that is going on, for an interval, and for
     * a checkpoint of its own; for one more of both with each checkpoint that may fail.
     *
     * @param toleratedFailures checkpoints in a row that may fail before the job does
     */
    public Duration longestCheckpoint(int toleratedFailures) {
        Duration longest = timeout.multipliedBy(2).dividedBy(3)
                .minus(interval.multipliedBy(toleratedFailures + 1L))
                .dividedBy(toleratedFailures + 2L);
        return longest.compareTo(SHORTEST) < 0 ? SHORTEST : longest;
    }

    /** The shortest time-out that leaves enough for a busy job's checkpoint, and for a restart. */
    Duration enough() {
        Duration forCheckpoints = interval.plus(ORDINARY_CHECKPOINT.multipliedBy(2)).multipliedBy(3).dividedBy(2);
        Duration forRestart = RESTART.multipliedBy(3);
        return forCheckpoints.compareTo(forRestart) < 0 ? forRestart : forCheckpoints;
    }

    /** Whether the time-out is shorter than that. */
    boolean isShort() {
        return timeout.compareTo(enough()) < 0;
    }
}
