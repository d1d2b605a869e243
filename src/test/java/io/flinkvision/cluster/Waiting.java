package io.flinkvision.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for what happens in other threads and processes. A wait ends when its condition holds, and fails when nothing
 * has moved for {@link #PATIENCE}: a busy machine may take as long as it needs, as long as it makes progress.
 *
 * <p>Not by Awaitility: its waits have fixed limits, and if it polls in the test's own thread, as Kafka's consumers
 * need it, version 4.3.0 ignores the interruption by which JUnit's timeouts end a test.
 */
public final class Waiting {

    /** Long, for busy machines; a process that ends early is noticed early by those who wait for it. */
    public static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Progress without an end is a failure too. */
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private static final Duration POLL = Duration.ofMillis(20);

    private Waiting() {}

    /**
     * Waits until a condition holds.
     *
     * @param what the condition in words, for the message of the failure
     */
    public static void until(String what, BooleanSupplier condition) {
        until(what, condition, () -> "false");
    }

    /**
     * Waits until a condition holds, as long as something changes.
     *
     * @param what the condition in words, for the message of the failure
     * @param progress what changes on the way there, such as a count: the failure names its last value
     */
    public static void until(String what, BooleanSupplier condition, Supplier<?> progress) {
        long start = System.nanoTime();
        long changed = start;
        Object last = progress.get();
        while (!condition.getAsBoolean()) {
            long now = System.nanoTime();
            Object seen = progress.get();
            if (!seen.equals(last)) {
                last = seen;
                changed = now;
            } else if (now - changed > PATIENCE.toNanos() || now - start > LIMIT.toNanos()) {
                throw new AssertionError("Waited " + TimeUnit.NANOSECONDS.toSeconds(now - start) + " s for: " + what
                        + "; last seen, " + TimeUnit.NANOSECONDS.toSeconds(now - changed) + " s ago: " + seen);
            }
            pause(what);
        }
    }

    private static void pause(String what) {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for: " + what, e);
        }
    }
}
