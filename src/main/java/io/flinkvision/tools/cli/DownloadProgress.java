package io.flinkvision.tools.cli;

import io.flinkvision.tools.catalogue.Download;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Shows a download: a progress bar on a terminal, a line every ten seconds elsewhere; without colours. */
final class DownloadProgress implements Download.Listener {

    private final ProgressLine shown;
    private final InstantSource clock;

    private Instant start;
    private long received;
    private OptionalLong size = OptionalLong.empty();

    /**
     * @param terminal whether lines of {@code err} can be overwritten
     * @param clock for the transfer rate
     */
    DownloadProgress(PrintWriter err, boolean terminal, InstantSource clock) {
        this.clock = clock;
        this.start = clock.instant();
        this.shown = new ProgressLine(err, terminal, start);
    }

    @Override
    public void started(OptionalLong wholeSize) {
        start = clock.instant();
        shown.restart(start);
        received = 0;
        size = wholeSize;
    }

    @Override
    public void advanced(long nowReceived) {
        received = nowReceived;
        Instant now = clock.instant();
        if (shown.isDue(now)) {
            shown.show(done(), line(now), now);
        }
    }

    private OptionalDouble done() {
        return size.isEmpty() || size.getAsLong() == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) received / size.getAsLong());
    }

    @Override
    public void waiting(String reason, Duration pause) {
        shown.log(reason + "; retrying" + (pause.isZero() ? "" : " in " + time(pause)));
    }

    @Override
    public void finished() {
        shown.log(bytes(received) + " downloaded, checksum verified");
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
