package io.flinkvision.tools.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.PlausibleTime;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.tools.watch.CameraStatistics.Name;
import io.flinkvision.tools.watch.CameraStatistics.Summary.Latency;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rate, labels and latency of each camera, and rate and labels of each of its regions. The rate is over the last ten
 * seconds of Kafka's timestamps, the percentiles are over each camera's last 1,000 records.
 */
public final class Statistics {

    private static final int MAX_CAMERAS = 1_000;
    private static final int MAX_REGIONS = 1_000;

    /** Counts the answers of a region that are like nothing that its head was taught. */
    private static final String UNKNOWN = "(unknown)";

    private static final int MIN_NAME_COLUMNS = 16;
    private static final int MAX_NAME_COLUMNS = 32;

    private final InstantSource clock;
    private final Map<Name, CameraStatistics> cameras = new TreeMap<>();
    private final Map<Name, CameraStatistics> regions = new TreeMap<>();
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
            add(classified.classification(), written);
        } else {
            malformed++;
        }
    }

    private void add(Classification record, Instant written) {
        String camera = record.keyText().orElse(TextLines.NO_KEY);
        counted(cameras, new Name(camera, Optional.empty()), MAX_CAMERAS)
                .add(written, record.topLabel().map(Label::label),
                        record.captureTime().map(captured -> Duration.between(captured, record.classifiedAt())));
        for (RegionAnswer region : record.regions()) {
            // Their latency is that of the picture.
            counted(regions, new Name(camera, Optional.of(region.name())), MAX_REGIONS)
                    .add(written, Optional.of(region.unknown() ? UNKNOWN : region.labels().get(0).label()),
                            Optional.empty());
        }
    }

    private static CameraStatistics counted(Map<Name, CameraStatistics> all, Name name, int max) {
        Name kept = all.containsKey(name) || all.size() < max
                ? name
                : new Name(CameraStatistics.OTHERS, name.region().map(region -> CameraStatistics.OTHERS));
        return all.computeIfAbsent(kept, added -> new CameraStatistics());
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
     * Sorted by camera, each followed by its regions.
     *
     * @param end of the seconds of the rate
     */
    List<CameraStatistics.Summary> summaries(Instant end) {
        return Stream.of(cameras, regions)
                .flatMap(all -> all.entrySet().stream())
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue().summary(entry.getKey(), end))
                .toList();
    }

    /** One line per camera and region, after a line of headings. */
    public List<String> table(LineStyle style, Instant end) {
        List<CameraStatistics.Summary> summaries = summaries(end);
        int nameColumns = Math.min(MAX_NAME_COLUMNS, summaries.stream()
                .mapToInt(summary -> LineStyle.columns(style.escaped(summary.name().toString())))
                .reduce(MIN_NAME_COLUMNS, Math::max));
        List<String> lines = new ArrayList<>();
        lines.add(style.cut(style.fitted("camera", nameColumns) + String.format(Locale.ROOT, " %9s %8s %8s %8s %8s  %s",
                "records", "per s", "p50", "p99", "max", "labels"), style.width()));
        for (CameraStatistics.Summary summary : summaries) {
            String labels = summary.labels().entrySet().stream()
                    .map(label -> style.escaped(label.getKey()) + " " + label.getValue())
                    .collect(Collectors.joining(", "));
            lines.add(style.cut(
                    style.fitted(style.escaped(summary.name().toString()), nameColumns)
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
     * One JSON object: <code>{"cameras":[{"camera","region","records","recordsPerSecond","labels":{...},
     * "latencyMillis":{"p50","p99","max"}}],"malformed"}</code>; a camera itself has no region, and latency is left out
     * of regions and without capture times.
     */
    public String json(Instant end) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        ArrayNode array = line.putArray("cameras");
        for (CameraStatistics.Summary summary : summaries(end)) {
            ObjectNode camera = array.addObject()
                    .put("camera", summary.name().camera());
            summary.name().region().ifPresent(region -> camera.put("region", region));
            camera.put("records", summary.records()).put("recordsPerSecond", summary.rate());
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
