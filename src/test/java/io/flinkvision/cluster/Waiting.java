package io.flinkvision.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another process does. */
public final class Waiting {

    /** Long, for machines that are busy with other work; what fails fails earlier, by a process that has ended. */
    public static final Duration DEADLINE = Duration.ofMinutes(3);

    private static final Duration POLL = Duration.ofMillis(50);

    private Waiting() {}

    /**
     * Waits until a condition holds.
     *
     * @param what names it in the error
     */
    public static void until(String what, BooleanSupplier condition) {
        until(() -> what, condition);
    }

    /** Likewise, with an error that says how things stand when the time is over. */
    public static void until(Supplier<String> what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > DEADLINE.toNanos()) {
                throw new AssertionError("Not within " + DEADLINE.toSeconds() + " s: " + what.get());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("Interrupted while waiting: " + what.get(), e);
            }
        }
    }
}
