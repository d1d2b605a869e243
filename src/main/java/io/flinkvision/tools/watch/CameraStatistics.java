package io.flinkvision.tools.watch;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Classification;
import io.flinkvision.tools.LatencyWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map.Entry;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** Counts the records of one camera in bounded memory. */
final class CameraStatistics {

    /**
     * A snapshot.
     *
     * @param records number of records
     * @param rate records per second in the last seconds
     * @param labels how often each class was the most probable one, the most frequent first
     * @param latency empty if no record had a capture time
     */
    record Summary(
            String camera, long records, double rate, Map<String, Long> labels, Optional<Latency> latency) {

        Summary {
            Objects.requireNonNull(camera, "camera");
            Objects.requireNonNull(labels, "labels");
            Objects.requireNonNull(latency, "latency");
        }

        /**
         * Milliseconds from capture to classification; negative if the camera's clock runs ahead.
         *
         * @param p50 of the last records
         * @param p99 of the last records
         * @param max of all records
         */
        record Latency(long p50, long p99, long max) {}
    }

    /** Stands for all names beyond a limit. */
    static final String OTHERS = "(others)";

    private static final int WINDOW_SECONDS = 10;
    private static final int MAX_LABELS = 100;
    private static final int LATENCIES = 1_000;

    private final long[] seconds = new long[WINDOW_SECONDS];
    private final long[] countsOfSeconds = new long[WINDOW_SECONDS];
    private final Map<String, Long> labels = new HashMap<>();
    private final LatencyWindow latencies = new LatencyWindow(LATENCIES);
    private long maxLatency = Long.MIN_VALUE;
    private long records;
    private long firstSecond = Long.MAX_VALUE;

    void add(Classification record, Instant written) {
        records++;
        long second = written.getEpochSecond();
        firstSecond = Math.min(firstSecond, second);
        int slot = Math.floorMod(second, WINDOW_SECONDS);
        if (seconds[slot] < second) {
            seconds[slot] = second;
            countsOfSeconds[slot] = 0;
        }
        if (seconds[slot] == second) {
            countsOfSeconds[slot]++;
        }
        record.topLabel().map(Label::label).ifPresent(label ->
                labels.merge(labels.containsKey(label) || labels.size() < MAX_LABELS ? label : OTHERS, 1L, Long::sum));
        record.captureTime().ifPresent(captured -> {
            long latency = Duration.between(captured, record.classifiedAt()).toMillis();
            latencies.add(latency);
            maxLatency = Math.max(maxLatency, latency);
        });
    }

    /** Records per second in the window that ends at a time, or since the first record if that is less. */
    private double rate(Instant end) {
        long last = end.getEpochSecond();
        long sum = 0;
        for (int slot = 0; slot < WINDOW_SECONDS; slot++) {
            if (seconds[slot] > last - WINDOW_SECONDS && seconds[slot] <= last) {
                sum += countsOfSeconds[slot];
            }
        }
        return (double) sum / Math.max(1, Math.min(WINDOW_SECONDS, last - firstSecond + 1));
    }

    Summary summary(String camera, Instant end) {
        Map<String, Long> sorted = new LinkedHashMap<>();
        labels.entrySet().stream()
                .sorted(Entry.<String, Long>comparingByValue().reversed().thenComparing(Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return new Summary(camera, records, rate(end), sorted, latency());
    }

    private Optional<Summary.Latency> latency() {
        OptionalDouble median = latencies.percentile(50);
        return median.isEmpty() ? Optional.empty() : Optional.of(new Summary.Latency((long) median.getAsDouble(),
                (long) latencies.percentile(99).getAsDouble(), maxLatency));
    }
}
