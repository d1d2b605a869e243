package io.flinkvision.tools.cli;

import io.flinkvision.tools.catalogue.Download;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.OptionalLong;

/** Shows a download: a progress bar on a terminal, a line every ten seconds elsewhere; without colours. */
final class DownloadProgress implements Download.Listener {

    private static final int BAR_WIDTH = 30;
    private static final Duration BAR_INTERVAL = Duration.ofMillis(100);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintWriter err;
    private final boolean terminal;
    private final InstantSource clock;

    private Instant start;
    private Instant lastShown;
    private long received;
    private OptionalLong size = OptionalLong.empty();

    /**
     * @param terminal whether lines of {@code err} can be overwritten
     * @param clock for the transfer rate
     */
    DownloadProgress(PrintWriter err, boolean terminal, InstantSource clock) {
        this.err = err;
        this.terminal = terminal;
        this.clock = clock;
        this.start = clock.instant();
        this.lastShown = start;
    }

    @Override
    public void started(OptionalLong wholeSize) {
        start = clock.instant();
        lastShown = start;
        received = 0;
        size = wholeSize;
    }

    @Override
    public void advanced(long nowReceived) {
        received = nowReceived;
        Instant now = clock.instant();
        if (Duration.between(lastShown, now).compareTo(terminal ? BAR_INTERVAL : LINE_INTERVAL) >= 0) {
            lastShown = now;
            if (terminal) {
                TerminalWriter.printSequence(err, CLEAR_LINE);
                err.print("  " + bar() + line(now));
                err.flush();
            } else {
                log(line(now));
            }
        }
    }

    @Override
    public void waiting(String reason, Duration pause) {
        log(reason + "; retrying" + (pause.isZero() ? "" : " in " + time(pause)));
    }

    @Override
    public void finished() {
        log(bytes(received) + " downloaded, checksum verified");
    }

    /** Replaces the progress bar. */
    private void log(String text) {
        if (terminal) {
            TerminalWriter.printSequence(err, CLEAR_LINE);
        }
        err.println("  " + text);
        err.flush();
    }

    private String bar() {
        if (size.isEmpty() || size.getAsLong() == 0) {
            return "";
        }
        int full = (int) (BAR_WIDTH * received / size.getAsLong());
        return "[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "] ";
    }

    private String line(Instant now) {
        double seconds = Duration.between(start, now).toNanos() / 1e9;
        double rate = seconds > 0 ? received / seconds : 0;
        String left = size.isPresent() && rate > 0
                ? ", " + time(Duration.ofSeconds(Math.round((size.getAsLong() - received) / rate))) + " left"
                : "";
        return bytes(received) + (size.isPresent() ? " of " + bytes(size.getAsLong()) : "")
                + ", " + bytes((long) rate) + "/s" + left;
    }

    /** {@code 21.1 MiB}, {@code 512 KiB}, {@code 12 bytes}. */
    static String bytes(long bytes) {
        if (bytes >= 1 << 20) {
            return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
        }
        return bytes >= 1 << 10 ? bytes / (1 << 10) + " KiB" : bytes + " bytes";
    }

    private static String time(Duration time) {
        String seconds = time.toSecondsPart() + " s";
        return time.toMinutes() > 0 ? time.toMinutes() + " min " + seconds : seconds;
    }
}
