package io.flinkvision.job.operator;

import java.time.Duration;

/**
 * The time that a shadow may take in a subtask: at most twice that of the model whose labels count, beyond a start, so
 * that no candidate slows the pictures without bound, however slow its network is.
 */
final class ShadowTime {

    /** So that the slow first calls of a network are no reason to stop. */
    static final Duration START = Duration.ofSeconds(10);

    static final int TIMES = 2;

    private long left = START.toNanos();

    /** The model whose labels count has taken some time. What is not used is kept only up to the start. */
    void earn(long nanos) {
        left = Math.min(START.toNanos(), left + TIMES * nanos);
    }

    /** The shadow has taken some time. */
    void spend(long nanos) {
        left -= nanos;
    }

    /** Whether the shadow must wait. */
    boolean isSpent() {
        return left <= 0;
    }
}
