package io.flinkvision.job.operator;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.util.IOUtils;

/**
 * A limit to work that may never end, such as opening a file on a network file system that does not answer. The work
 * has a thread of its own, which is interrupted and left behind when the time is over; what it opens after all is
 * closed.
 *
 * @param duration of the work at most
 */
record TimeLimit(Duration duration) {

    TimeLimit {
        Objects.requireNonNull(duration, "duration");
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("duration must be positive: " + duration);
        }
    }

    /**
     * Opens something within the time.
     *
     * @param what names the work, in messages and for its thread
     * @throws IOException if it takes too long, or as the work throws it; {@link InterruptedIOException}, and the
     *     thread's interrupted status is set, if this thread is interrupted meanwhile
     * @throws RuntimeException as the work throws it, {@link Error}s likewise
     */
    <T extends AutoCloseable> T open(String what, Callable<T> work) throws IOException {
        CompletableFuture<T> opened = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(work, opened), what);
        thread.setDaemon(true);
        thread.start();
        try {
            return await(what, opened);
        } finally {
            thread.interrupt();
        }
    }

    private static <T extends AutoCloseable> void run(Callable<T> work, CompletableFuture<T> opened) {
        try {
            T result = work.call();
            if (!opened.complete(result)) {
                IOUtils.closeQuietly(result);
            }
        } catch (Throwable e) {
            // Errors too: they are the caller's to judge.
            opened.completeExceptionally(e);
        }
    }

    private <T> T await(String what, CompletableFuture<T> opened) throws IOException {
        try {
            return opened.get(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            IOException givenUp = givenUp(what, e);
            if (!opened.completeExceptionally(givenUp) && !opened.isCompletedExceptionally()) {
                // It was done at the same moment.
                return opened.join();
            }
            throw givenUp;
        }
    }

    private IOException givenUp(String what, Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new InterruptedIOException(what + " was interrupted");
        }
        return new IOException(what + " took longer than " + duration.toMillis() + " ms, and was given up");
    }

    private static IOException rethrown(Throwable cause) {
        if (cause instanceof RuntimeException runtimeException) {
            throw runtimeException;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException ioException ? ioException : new IOException(cause);
    }
}
