package io.flinkvision.core.camera;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a reader to the frame rate of its camera's settings: thins out a source that has times of its own, and delays
 * the reading of one that has none.
 */
final class FrameRate {

    private final int every;
    private final Optional<Double> framesPerSecond;
    private double due = Double.NEGATIVE_INFINITY;
    private double last = Double.NEGATIVE_INFINITY;
    private long startNanos = System.nanoTime();
    private long frames;

    FrameRate(CameraSettings settings) {
        this.every = settings.every();
        this.framesPerSecond = settings.fps();
    }

    /**
     * Whether the settings take a frame of a source without times.
     *
     * @param number its place in the source, from 0
     */
    boolean takes(long number) {
        return number % every == 0;
    }

    /**
     * Whether the settings take a frame; called once for each, in their order.
     *
     * @param number its place in the source, from 0
     * @param second its time in the source; a time before the last one resets the clock, as when a video loops
     */
    boolean takes(long number, double second) {
        if (!takes(number)) {
            return false;
        }
        if (second < last) {
            due = Double.NEGATIVE_INFINITY;
        }
        last = second;
        double interval = framesPerSecond.map(rate -> 1 / rate).orElse(0.0);
        // Timestamps are rounded, to a millisecond in Matroska, so a frame counts as due slightly early.
        if (second < due - Math.min(interval / 10, 0.002)) {
            return false;
        }
        // Steady in the long run; after a gap, the frame that ends it sets the new rhythm.
        due = due + interval > second ? due + interval : second + interval;
        return true;
    }

    /** Starts the clock of {@link #awaitSecond} at 0. */
    void restart() {
        startNanos = System.nanoTime();
    }

    /** Waits until the next frame is due, if there is a rate. Frames after a late one do not catch up. */
    void awaitNext() throws InterruptedException {
        if (framesPerSecond.isPresent()) {
            awaitSecond(frames / framesPerSecond.get());
            countNext();
        }
    }

    /** How long {@link #awaitNext} would wait; zero if the next frame is due. */
    Duration untilNext() {
        return framesPerSecond
                .map(rate -> Duration.ofNanos(Math.max(0, (long) ((frames / rate - secondsSinceStart()) * 1e9))))
                .orElse(Duration.ZERO);
    }

    /** The frame that was due is taken. */
    void countNext() {
        framesPerSecond.ifPresent(rate -> frames = Math.max(frames + 1, (long) (secondsSinceStart() * rate)));
    }

    /** Waits until the clock shows this second. */
    void awaitSecond(double second) throws InterruptedException {
        long missingNanos = (long) ((second - secondsSinceStart()) * 1e9);
        if (missingNanos > 0) {
            TimeUnit.NANOSECONDS.sleep(missingNanos);
        } else if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private double secondsSinceStart() {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
