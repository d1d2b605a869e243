package io.flinkvision.tools.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.job.record.PlausibleTime;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.tools.watch.CameraStatistics.Summary.Latency;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Rate, labels and latency of each camera. The rate is over the last ten seconds of Kafka's timestamps, the percentiles
 * are over each camera's last 1,000 records.
 */
public final class Statistics {

    private static final int MAX_CAMERAS = 1_000;
    private static final int CAMERA_COLUMNS = 16;

    private final InstantSource clock;
    private final Map<String, CameraStatistics> cameras = new TreeMap<>();
    private long malformed;
    private Instant newest = Instant.EPOCH;

    /** @param clock by which timestamps are in the future */
    public Statistics(InstantSource clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    public void add(OutputRecord record) {
        Instant written = written(record);
        newest = written.isAfter(newest) ? written : newest;
        if (record instanceof Classified classified) {
            String camera = classified.classification().keyText().orElse(TextLines.NO_KEY);
            cameras.computeIfAbsent(
                            cameras.containsKey(camera) || cameras.size() < MAX_CAMERAS
                                    ? camera
                                    : CameraStatistics.OTHERS,
                            name -> new CameraStatistics())
                    .add(classified.classification(), written);
        } else {
            malformed++;
        }
    }

    /** Capped at the present: a timestamp in the future would hide the rate until then. */
    private Instant written(OutputRecord record) {
        Instant written = PlausibleTime.nearest(record.record().timestamp());
        Instant now = clock.instant();
        return written.isAfter(now) ? now : written;
    }

    /** Timestamp of the newest record. */
    public Instant newest() {
        return newest;
    }

    /**
     * Sorted by camera.
     *
     * @param end of the seconds of the rate
     */
    List<CameraStatistics.Summary> summaries(Instant end) {
        return cameras.entrySet().stream().map(entry -> entry.getValue().summary(entry.getKey(), end)).toList();
    }

    public List<String> table(LineStyle style, Instant end) {
        List<String> lines = new ArrayList<>();
        lines.add(style.cut(String.format(Locale.ROOT, "%-" + CAMERA_COLUMNS + "s %9s %8s %8s %8s %8s  %s",
                "camera", "records", "per s", "p50", "p99", "max", "labels"), style.width()));
        for (CameraStatistics.Summary summary : summaries(end)) {
            String labels = summary.labels().entrySet().stream()
                    .map(label -> style.escaped(label.getKey()) + " " + label.getValue())
                    .collect(Collectors.joining(", "));
            lines.add(style.cut(
                    style.fitted(style.escaped(summary.camera()), CAMERA_COLUMNS)
                            + String.format(Locale.ROOT, " %9d %8.1f %8s %8s %8s  %s", summary.records(),
                                    summary.rate(), summary.latency().map(Latency::p50).map(Statistics::time)
                                            .orElse("-"),
                                    summary.latency().map(Latency::p99).map(Statistics::time).orElse("-"),
                                    summary.latency().map(Latency::max).map(Statistics::time).orElse("-"), labels),
                    style.width()));
        }
        if (malformed > 0) {
            lines.add(malformed + " records without labels");
        }
        return lines;
    }

    private static String time(long millis) {
        return Math.abs(millis) < 10_000
                ? millis + " ms"
                : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    /**
     * One JSON object: <code>{"cameras":[{"camera","records","recordsPerSecond","labels":{...},
     * "latencyMillis":{"p50","p99","max"}}],"malformed"}</code>; latency is left out without capture times.
     */
    public String json(Instant end) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        ArrayNode array = line.putArray("cameras");
        for (CameraStatistics.Summary summary : summaries(end)) {
            ObjectNode camera = array.addObject()
                    .put("camera", summary.camera())
                    .put("records", summary.records())
                    .put("recordsPerSecond", summary.rate());
            ObjectNode labels = camera.putObject("labels");
            summary.labels().forEach(labels::put);
            summary.latency().ifPresent(latency -> camera.putObject("latencyMillis")
                    .put("p50", latency.p50())
                    .put("p99", latency.p99())
                    .put("max", latency.max()));
        }
        line.put("malformed", malformed);
        return PrintableText.escaped(line.toString());
    }
}
