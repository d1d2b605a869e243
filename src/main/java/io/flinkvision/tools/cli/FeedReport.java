package io.flinkvision.tools.cli;

import io.flinkvision.tools.feed.FeedTopic;
import io.flinkvision.tools.feed.Feeder.CameraStatus.State;
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
 * What {@code vision feed} says: on a terminal a line for each camera that is renewed each second, elsewhere the same
 * lines every ten seconds; and at the end what was sent.
 */
final class FeedReport implements Feeder.Listener {

    /** With more cameras than a terminal has lines, their sum stands for them. */
    private static final int MOST_LINES = 20;

    private static final Duration ON_TERMINAL = Duration.ofSeconds(1);
    private static final Duration ELSEWHERE = Duration.ofSeconds(10);
    private static final int BAR = 20;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean terminal;
    private final int cameras;
    private final Map<String, CameraStatus> before = new HashMap<>();
    private long lastNanos = System.nanoTime();
    private int linesOnScreen;

    /** @param terminal whether lines of {@code err} can be written over */
    FeedReport(PrintWriter out, PrintWriter err, boolean terminal, int cameras) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.cameras = cameras;
    }

    void start(String topic, FeedTopic found) {
        if (found.created()) {
            say("The topic " + topic + " was made, as there was none");
        }
        say("Feeding " + (cameras == 1 ? "one camera" : cameras + " cameras") + " to the topic " + topic
                + "; Ctrl-C stops");
    }

    /** Shows how the cameras are doing until they have all ended. */
    void watch(Feeder feeder) throws InterruptedException {
        Duration interval = terminal ? ON_TERMINAL : ELSEWHERE;
        while (!feeder.await(interval)) {
            show(feeder.status());
        }
        clearLines();
    }

    /** Shows how the cameras are doing at this moment. */
    synchronized void show(List<CameraStatus> status) {
        double seconds = Math.max(1e-3, (System.nanoTime() - lastNanos) / 1e9);
        lastNanos = System.nanoTime();
        List<String> lines = new ArrayList<>();
        boolean each = !terminal || status.size() <= MOST_LINES;
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
            lines.add(String.format(Locale.ROOT, "%d of %d cameras run, %.1f frames/s, %s/s",
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
        camera.progress().ifPresent(progress -> {
            int filled = (int) Math.round(BAR * progress);
            line.append(String.format(Locale.ROOT, " [%s%s] %3.0f %%", "#".repeat(filled), "-".repeat(BAR - filled),
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

    private synchronized void say(String text) {
        clearLines();
        err.println(text);
        err.flush();
    }

    /** Says of each camera what was sent, and of all of them. */
    void conclude(List<CameraStatus> status, String topic) {
        long frames = 0;
        long bytes = 0;
        for (CameraStatus camera : status) {
            frames += camera.frames();
            bytes += camera.bytes();
            out.println(camera.camera() + ": " + sent(camera));
        }
        if (status.size() > 1) {
            out.println(frames + " frames, " + size(bytes) + ", are on the topic " + topic);
        }
        out.flush();
    }

    private static String sent(CameraStatus camera) {
        StringBuilder text = new StringBuilder(camera.frames() + " frames sent, " + size(camera.bytes()));
        append(text, camera.unmarked(), "came without an end marker");
        append(text, camera.dropped(), "dropped because Kafka was slower");
        append(text, camera.refused(), "refused");
        append(text, camera.reconnects(), "reconnects");
        return text.append(camera.state() == State.FAILED ? "; it failed" : "").toString();
    }

    private static void append(StringBuilder text, long number, String what) {
        if (number > 0) {
            text.append(", ").append(number).append(' ').append(what);
        }
    }

    @Override
    public void lost(String camera, String reason, Duration retryIn) {
        say(String.format(Locale.ROOT, "%s: %s; trying again in %.1f s", camera, reason,
                retryIn.toMillis() / 1e3));
    }

    @Override
    public void reconnected(String camera) {
        say(camera + ": it delivers again");
    }

    @Override
    public void failed(String camera, String reason) {
        say(camera + ": " + reason);
    }

    @Override
    public void refused(String camera, String reason) {
        say(camera + ": " + reason + "; such frames are left out and counted");
    }

    @Override
    public void unmarked(String camera, String reason) {
        say(camera + ": " + reason + "; such frames are sent as they come, and the job takes them only with"
                + " decode.truncated: accept");
    }

    @Override
    public void ended(String camera, String remark) {
        if (!remark.isEmpty()) {
            say(camera + ": " + remark);
        }
    }
}
