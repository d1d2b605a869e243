package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.OptionValues;
import java.time.Duration;
import java.util.Objects;

/**
 * The time budget of a Kafka transaction if labels are written exactly once. A transaction is open from one checkpoint
 * to the end of the next one, and the records of a transaction that the broker aborts are lost. So two thirds of the
 * timeout are for checkpoints: one that takes longer fails, the job returns to the previous one, and no record is lost.
 * The last third is for what may fall between a complete checkpoint and its commit: a stalled process, or a restart.
 *
 * @param timeout after which the broker aborts a transaction
 * @param interval between the starts of two checkpoints
 */
public record TransactionTime(Duration timeout, Duration interval) {

    /** A shorter limit would fail the checkpoints of jobs that are merely busy. */
    private static final Duration ORDINARY_CHECKPOINT = Duration.ofMinutes(1);

    /** A dead process is detected after 50 seconds, and the restart may be delayed by a minute. */
    private static final Duration RESTART = Duration.ofMinutes(2);

    private static final Duration MIN_CHECKPOINT = Duration.ofSeconds(1);

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
     * The timeout of a checkpoint. A transaction may wait for a checkpoint in progress, for an interval and for its own
     * checkpoint, and for one more of both with each checkpoint that may fail.
     *
     * @param toleratedFailures checkpoints in a row that may fail before the job does
     */
    public Duration longestCheckpoint(int toleratedFailures) {
        Duration longest = timeout.multipliedBy(2).dividedBy(3)
                .minus(interval.multipliedBy(toleratedFailures + 1L))
                .dividedBy(toleratedFailures + 2L);
        return longest.compareTo(MIN_CHECKPOINT) < 0 ? MIN_CHECKPOINT : longest;
    }

    /** The shortest timeout with enough time for a busy job's checkpoint and for a restart. */
    Duration enough() {
        Duration forCheckpoints = interval.plus(ORDINARY_CHECKPOINT.multipliedBy(2)).multipliedBy(3).dividedBy(2);
        Duration forRestart = RESTART.multipliedBy(3);
        return forCheckpoints.compareTo(forRestart) < 0 ? forRestart : forCheckpoints;
    }

    /** Whether the timeout is shorter than {@link #enough}. */
    boolean isShort() {
        return timeout.compareTo(enough()) < 0;
    }
}
