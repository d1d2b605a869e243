package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraReading;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one reader. Cameras with no clock but this process's own, which are test scenes and folders of pictures,
 * share a few; each other camera has one, since FFmpeg and HTTP block it while they wait for the camera.
 */
final class CameraThreads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CameraThreads.class);

    /** Enough for FFmpeg, which keeps its pictures elsewhere. */
    private static final long STACK_BYTES = 512 << 10;

    private static final int MAX_SHARED = 4;

    /** Until the next attempt to start a thread, if the system has none left. */
    private static final Duration THREAD_WAIT = Duration.ofSeconds(10);

    private final ScheduledThreadPoolExecutor shared;

    /** @param name of the threads */
    CameraThreads(String name) {
        int threads = Math.min(MAX_SHARED, Runtime.getRuntime().availableProcessors());
        shared = new ScheduledThreadPoolExecutor(threads, task -> thread(task, name + "-shared"));
        shared.setRemoveOnCancelPolicy(true);
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /** Starts to read a camera. */
    Running start(String camera, CameraReading reading) {
        Running running = new Running(camera, reading);
        running.schedule(Duration.ZERO);
        return running;
    }

    /** A camera that is being read. */
    final class Running {

        private final String camera;
        private final CameraReading reading;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private Optional<Thread> own = Optional.empty();
        private Optional<Future<?>> next = Optional.empty();
        private long turns;
        private boolean stopped;

        private Running(String camera, CameraReading reading) {
            this.camera = camera;
            this.reading = reading;
        }

        private synchronized void schedule(Duration wait) {
            long turn = ++turns;
            try {
                next = Optional.of(
                        shared.schedule(() -> turn(turn), stopped ? 0 : wait.toNanos(), TimeUnit.NANOSECONDS));
            } catch (RejectedExecutionException e) {
                ended.complete(null);
            }
        }

        /** One step on a shared thread, or the start of a thread for all of them. */
        private void turn(long turn) {
            if (!begins(turn)) {
                return;
            }
            if (reading.blocks()) {
                startOwn();
                return;
            }
            Optional<Duration> wait = reading.step();
            wait.ifPresentOrElse(this::schedule, () -> ended.complete(null));
        }

        /** Whether this turn is still the next one: a task that has just started can be cancelled, and runs on. */
        private synchronized boolean begins(long turn) {
            if (turn != turns || next.isEmpty()) {
                return false;
            }
            next = Optional.empty();
            return true;
        }

        private synchronized void startOwn() {
            Thread thread = thread(this::runToTheEnd, "camera-" + camera);
            own = Optional.of(thread);
            try {
                thread.start();
                if (stopped) {
                    thread.interrupt();
                }
            } catch (OutOfMemoryError e) {
                own = Optional.empty();
                LOG.warn("Camera {} has no thread; the next attempt is in {} s: {}", camera, THREAD_WAIT.toSeconds(),
                        e.getMessage());
                schedule(THREAD_WAIT);
            }
        }

        private void runToTheEnd() {
            try {
                reading.run();
            } finally {
                ended.complete(null);
            }
        }

        /** Stops reading; {@link #ended} tells when that is done. */
        synchronized void stop() {
            stopped = true;
            reading.stop();
            own.ifPresent(Thread::interrupt);
            next.ifPresent(future -> {
                future.cancel(false);
                schedule(Duration.ZERO);
            });
        }

        /** Whether it was told to stop, and has not ended by itself. */
        synchronized boolean isStopped() {
            return stopped;
        }

        /** Completes as soon as the camera is read no more. */
        CompletableFuture<Void> ended() {
            return ended;
        }
    }

    /** Takes no more steps; the caller has stopped all cameras before. */
    @Override
    public void close() {
        shared.shutdownNow();
    }
}
