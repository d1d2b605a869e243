package io.flinkvision.tools.feed;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Holds a reader back, so that it delivers at a steady pace. */
final class Pace {

    private final Optional<Double> framesPerSecond;
    private final long start = System.nanoTime();
    private long frames;

    /** @param framesPerSecond above 0; empty for no pace at all */
    Pace(Optional<Double> framesPerSecond) {
        this.framesPerSecond = framesPerSecond;
    }

    /** Waits until the next frame is due. A frame that came late does not make the later ones hurry. */
    void awaitNext() throws InterruptedException {
        if (framesPerSecond.isPresent()) {
            awaitSecond(frames / framesPerSecond.get());
            frames++;
            frames = Math.max(frames, (long) (secondsSinceStart() * framesPerSecond.get()));
        }
    }

    /** Waits until so many seconds have gone by since this was made. */
    void awaitSecond(double second) throws InterruptedException {
        long missingNanos = (long) ((second - secondsSinceStart()) * 1e9);
        if (missingNanos > 0) {
            TimeUnit.NANOSECONDS.sleep(missingNanos);
        } else if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private double secondsSinceStart() {
        return (System.nanoTime() - start) / 1e9;
    }
}
