package io.flinkvision.tools.wall;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what comes by itself, and fails where it does not. */
final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    private Await() {}

    /**
     * Waits until a condition holds.
     *
     * @param what it is, for the message of the failure
     */
    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("After " + PATIENCE.toSeconds() + " seconds it is still not so that " + what);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
