package io.flinkvision.tools.discover;

import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * The time that one device gets, so that one which sends a byte now and then holds up nothing.
 *
 * @param endNanos on the clock of {@link System#nanoTime}
 */
record TimeLimit(long endNanos) {

    static TimeLimit of(Duration duration) {
        return new TimeLimit(System.nanoTime() + duration.toNanos());
    }

    /**
     * The rest of the time in milliseconds, but at most so many.
     *
     * @throws InterruptedIOException if there is none left
     */
    int millis(Duration max) throws InterruptedIOException {
        long left = (endNanos - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new InterruptedIOException("it takes too long to answer");
        }
        return (int) Math.min(left, max.toMillis());
    }
}
