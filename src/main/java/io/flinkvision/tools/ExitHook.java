package io.flinkvision.tools;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** An action that runs if the JVM is asked to end, as by Ctrl-C, before the hook is removed. */
public final class ExitHook {

    private static final int STOP_TIMEOUT_SECONDS = 15;

    private final Thread thread;

    /** @param action runs on a thread of its own */
    public ExitHook(Runnable action) {
        thread = new Thread(action, "exit-hook");
        Runtime.getRuntime().addShutdownHook(thread);
    }

    /** Does nothing if the JVM is ending already. */
    public void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the action has its turn.
        }
    }

    /**
     * Runs work that lasts until Ctrl-C. The JVM then waits until the work has stopped, and exits with the given status
     * instead of that of the signal.
     *
     * @param stop makes the work end soon; called on another thread
     * @param exitCode after Ctrl-C
     */
    public static <T> T during(Supplier<T> work, Runnable stop, int exitCode) {
        CountDownLatch finished = new CountDownLatch(1);
        ExitHook hook = new ExitHook(() -> {
            stop.run();
            try {
                finished.await(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            // The only way to another status once a signal has begun to end the JVM.
            Runtime.getRuntime().halt(exitCode);
        });
        try {
            return work.get();
        } finally {
            hook.remove();
            finished.countDown();
        }
    }
}
