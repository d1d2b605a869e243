package io.flinkvision.tools.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/** Shows how far a long work is: a bar on a terminal, a line every ten seconds elsewhere; without colours. */
final class ProgressLine {

    private static final int BAR_WIDTH = 30;
    private static final Duration BAR_INTERVAL = Duration.ofMillis(100);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintWriter err;
    private final boolean terminal;
    private Instant lastShown;

    /**
     * @param terminal whether lines of {@code err} can be overwritten
     * @param start when the work began
     */
    ProgressLine(PrintWriter err, boolean terminal, Instant start) {
        this.err = err;
        this.terminal = terminal;
        this.lastShown = start;
    }

    /** Begins anew. */
    void restart(Instant start) {
        lastShown = start;
    }

    /** Whether enough time has passed since the last {@link #show}. */
    boolean isDue(Instant now) {
        return Duration.between(lastShown, now).compareTo(terminal ? BAR_INTERVAL : LINE_INTERVAL) >= 0;
    }

    /**
     * Shows a line in place of the one before.
     *
     * @param done from 0 to 1, for the bar; empty if it is not known
     */
    void show(OptionalDouble done, String line, Instant now) {
        lastShown = now;
        if (!terminal) {
            log(line);
            return;
        }
        clear();
        err.print("  " + done.stream().mapToObj(ProgressLine::bar).findFirst().orElse("") + line);
        err.flush();
    }

    private static String bar(double done) {
        int full = (int) (BAR_WIDTH * done);
        return "[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "] ";
    }

    /** Prints a line that stays. */
    void log(String line) {
        clear();
        err.println("  " + line);
        err.flush();
    }

    /** Removes the bar. */
    void clear() {
        if (terminal) {
            TerminalWriter.printSequence(err, CLEAR_LINE);
            err.flush();
        }
    }
}
