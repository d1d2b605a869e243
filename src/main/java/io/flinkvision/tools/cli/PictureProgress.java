package io.flinkvision.tools.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Shows how many pictures have been read: a bar on a terminal, a line every ten seconds elsewhere. Thread-safe. */
final class PictureProgress {

    private static final int BAR_WIDTH = 30;
    private static final Duration BAR_INTERVAL = Duration.ofMillis(100);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintWriter err;
    private final boolean terminal;
    private final int pictures;
    private final InstantSource clock;

    private Instant lastShown;

    /**
     * @param terminal whether lines of {@code err} can be overwritten
     * @param pictures how many there are
     */
    PictureProgress(PrintWriter err, boolean terminal, int pictures, InstantSource clock) {
        this.err = err;
        this.terminal = terminal;
        this.pictures = pictures;
        this.clock = clock;
        this.lastShown = clock.instant();
    }

    /** @param read how many have been read */
    synchronized void advanced(int read) {
        Instant now = clock.instant();
        if (Duration.between(lastShown, now).compareTo(terminal ? BAR_INTERVAL : LINE_INTERVAL) < 0) {
            return;
        }
        lastShown = now;
        String line = read + " of " + pictures + " pictures read";
        if (terminal) {
            int full = (int) ((long) BAR_WIDTH * read / pictures);
            TerminalWriter.printSequence(err, CLEAR_LINE);
            err.print("  [" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "] " + line);
        } else {
            err.println(line);
        }
        err.flush();
    }

    /** Removes the bar. */
    synchronized void finished() {
        if (terminal) {
            TerminalWriter.printSequence(err, CLEAR_LINE);
            err.flush();
        }
    }
}
