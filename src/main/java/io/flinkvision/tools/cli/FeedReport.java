package io.flinkvision.tools.cli;

import io.flinkvision.core.camera.CameraReading.State;
import io.flinkvision.tools.feed.FeedTopic;
import io.flinkvision.tools.feed.Feeder.CameraStatus;
import io.flinkvision.tools.feed.Feeder;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The output of {@code vision feed}: one line per camera, refreshed every second on a terminal and printed every ten
 * seconds elsewhere, and totals at the end.
 */
final class FeedReport implements Feeder.Listener {

    /** With more cameras than this, a terminal shows only their total. */
    private static final int MAX_LINES = 20;

    private static final Duration TERMINAL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);
    private static final int BAR_WIDTH = 20;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean terminal;
    private final int cameras;
    private final Map<String, CameraStatus> before = new HashMap<>();
    private long lastNanos = System.nanoTime();
    private int linesOnScreen;

    /** @param terminal whether lines of {@code err} can be overwritten */
    FeedReport(PrintWriter out, PrintWriter err, boolean terminal, int cameras) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.cameras = cameras;
    }

    void start(String topic, FeedTopic found) {
        if (found.created()) {
            log("Created the missing topic " + topic);
        }
        log("Feeding " + (cameras == 1 ? "one camera" : cameras + " cameras") + " to the topic " + topic
                + "; Ctrl-C stops");
    }

    /** Shows the state of the cameras until they have all ended. */
    void watch(Feeder feeder) throws InterruptedException {
        Duration interval = terminal ? TERMINAL_INTERVAL : LOG_INTERVAL;
        while (!feeder.await(interval)) {
            show(feeder.status());
        }
        clearLines();
    }

    synchronized void show(List<CameraStatus> status) {
        double seconds = Math.max(1e-3, (System.nanoTime() - lastNanos) / 1e9);
        lastNanos = System.nanoTime();
        List<String> lines = new ArrayList<>();
        boolean each = !terminal || status.size() <= MAX_LINES;
        double frames = 0;
        double bytes = 0;
        int running = 0;
        for (CameraStatus camera : status) {
            Optional<CameraStatus> last = Optional.ofNullable(before.get(camera.camera()));
            double framesPerSecond = (camera.frames() - last.map(CameraStatus::frames).orElse(0L)) / seconds;
            double bytesPerSecond = (camera.bytes() - last.map(CameraStatus::bytes).orElse(0L)) / seconds;
            if (each) {
                lines.add(line(camera, framesPerSecond, bytesPerSecond));
            }
            frames += framesPerSecond;
            bytes += bytesPerSecond;
            running += camera.state() == State.RUNNING ? 1 : 0;
            before.put(camera.camera(), camera);
        }
        if (status.size() > 1) {
            lines.add(String.format(Locale.ROOT, "%d of %d cameras running, %.1f frames/s, %s/s",
                    running, status.size(), frames, size(bytes)));
        }
        clearLines();
        lines.forEach(err::println);
        linesOnScreen = terminal ? lines.size() : 0;
        err.flush();
    }

    static String line(CameraStatus camera, double framesPerSecond, double bytesPerSecond) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-20s %-10s %6.1f frames/s %9s/s",
                camera.camera(), camera.state().name().toLowerCase(Locale.ROOT), framesPerSecond,
                size(bytesPerSecond)));
        line.append(String.format(Locale.ROOT, ", %d sent, %d dropped, %d refused, %d reconnects",
                camera.frames(), camera.dropped(), camera.refused(), camera.reconnects()));
        if (camera.unchanged() > 0) {
            line.append(", ").append(camera.unchanged()).append(" unchanged");
        }
        camera.progress().ifPresent(progress -> {
            int filled = (int) Math.round(BAR_WIDTH * progress);
            line.append(String.format(Locale.ROOT, " [%s%s] %3.0f %%", "#".repeat(filled), "-".repeat(BAR_WIDTH - filled),
                    100 * progress));
        });
        return line.toString();
    }

    private static String size(double bytes) {
        return bytes < 1e6
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private void clearLines() {
        if (linesOnScreen > 0) {
            TerminalWriter.printSequence(err, "\033[" + linesOnScreen + "A\033[J");
            linesOnScreen = 0;
        }
    }

    private synchronized void log(String text) {
        clearLines();
        err.println(text);
        err.flush();
    }

    /** Prints what was sent, by camera and in total. */
    void conclude(List<CameraStatus> status, String topic) {
        long frames = 0;
        long bytes = 0;
        for (CameraStatus camera : status) {
            frames += camera.frames();
            bytes += camera.bytes();
            out.println(camera.camera() + ": " + sent(camera));
        }
        if (status.size() > 1) {
            out.println(frames + " frames, " + size(bytes) + ", sent to the topic " + topic);
        }
        out.flush();
    }

    private static String sent(CameraStatus camera) {
        StringBuilder text = new StringBuilder(camera.frames() + " frames sent, " + size(camera.bytes()));
        append(text, camera.unmarked(), "without an end marker");
        append(text, camera.unchanged(), "not sent because unchanged");
        append(text, camera.dropped(), "dropped because Kafka was too slow");
        append(text, camera.refused(), "refused");
        append(text, camera.reconnects(), "reconnects");
        return text.append(camera.state() == State.FAILED ? "; failed" : "").toString();
    }

    private static void append(StringBuilder text, long number, String what) {
        if (number > 0) {
            text.append(", ").append(number).append(' ').append(what);
        }
    }

    @Override
    public void lost(String camera, String reason, Duration retryIn) {
        log(String.format(Locale.ROOT, "%s: %s; retrying in %.1f s", camera, reason,
                retryIn.toMillis() / 1e3));
    }

    @Override
    public void reconnected(String camera) {
        log(camera + ": connected again");
    }

    @Override
    public void failed(String camera, String reason) {
        log(camera + ": " + reason);
    }

    @Override
    public void refused(String camera, String reason) {
        log(camera + ": " + reason + "; such frames are skipped and counted");
    }

    @Override
    public void unmarked(String camera, String reason) {
        log(camera + ": " + reason + "; such frames are sent unchanged, and the job accepts them only with"
                + " decode.truncated: accept");
    }

    @Override
    public void warned(String camera, String reason) {
        log(camera + ": " + reason);
    }

    @Override
    public void ended(String camera, String remark) {
        if (!remark.isEmpty()) {
            log(camera + ": " + remark);
        }
    }
}
