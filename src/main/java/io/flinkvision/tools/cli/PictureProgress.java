package io.flinkvision.tools.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalDouble;

/** Shows how many pictures have been read. Thread-safe. */
final class PictureProgress {

    private final ProgressLine line;
    private final int pictures;
    private final InstantSource clock;

    /**
     * @param terminal whether lines of {@code err} can be overwritten
     * @param pictures how many there are
     */
    PictureProgress(PrintWriter err, boolean terminal, int pictures, InstantSource clock) {
        this.line = new ProgressLine(err, terminal, clock.instant());
        this.pictures = pictures;
        this.clock = clock;
    }

    /** @param read how many have been read */
    synchronized void advanced(int read) {
        Instant now = clock.instant();
        if (line.isDue(now)) {
            line.show(OptionalDouble.of((double) read / pictures), read + " of " + pictures + " pictures read", now);
        }
    }

    /** Removes the bar. */
    synchronized void finished() {
        line.clear();
    }
}
