package io.flinkvision.tools.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets a command that runs until Ctrl-C end in its own way: what is under way is finished, and the process exits with a
 * status of the command's choice instead of that of a signal.
 */
final class StopOnInterrupt {

    private static final int PATIENCE_SECONDS = 15;

    private final CountDownLatch finished = new CountDownLatch(1);

    private StopOnInterrupt() {}

    /**
     * Does a piece of work.
     *
     * @param work what may take for ever
     * @param stop makes it end soon; called on another thread when the JVM is asked to end
     * @param exitCode the status in that case
     * @return what the work gave
     */
    static <T> T during(Supplier<T> work, Runnable stop, int exitCode) {
        StopOnInterrupt interrupt = new StopOnInterrupt();
        Thread hook = new Thread(() -> interrupt.end(stop, exitCode), "stop-on-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.get();
        } finally {
            interrupt.finish(hook);
        }
    }

    private void end(Runnable stop, int exitCode) {
        stop.run();
        try {
            finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The only way to another status, once the signal has begun to end the JVM.
        Runtime.getRuntime().halt(exitCode);
    }

    private void finish(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook waits for this.
        }
        finished.countDown();
    }
}
