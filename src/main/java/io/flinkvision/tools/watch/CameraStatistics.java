package io.flinkvision.tools.watch;

import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.LatencyWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map.Entry;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** Counts the answers of one camera, or of one of its regions, in bounded memory. */
final class CameraStatistics {

    /**
     * A snapshot.
     *
     * @param records number of records
     * @param rate records per second in the last seconds
     * @param labels how often each label was the most probable one, the most frequent first
     * @param latency empty if no record had a capture time
     */
    record Summary(
            Name name, long records, double rate, Map<String, Long> labels, Optional<Latency> latency) {

        Summary {
            Objects.requireNonNull(name, "name");
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

    /**
     * What is counted: a camera's pictures, or the answers of one of its regions.
     *
     * @param region empty for the camera itself
     */
    record Name(String camera, Optional<String> region) implements Comparable<Name> {

        private static final Comparator<Name> ORDER =
                Comparator.comparing(Name::camera).thenComparing(name -> name.region().orElse(""));

        @Override
        public int compareTo(Name other) {
            return ORDER.compare(this, other);
        }

        /** {@code gate}, or {@code gate/bay}. */
        @Override
        public String toString() {
            return region.map(name -> camera + RegionKey.SEPARATOR + name).orElse(camera);
        }
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

    /**
     * @param label the most probable one, if there is one
     * @param latency from capture to classification, if the capture time is known
     */
    void add(Instant written, Optional<String> label, Optional<Duration> latency) {
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
        label.ifPresent(name ->
                labels.merge(labels.containsKey(name) || labels.size() < MAX_LABELS ? name : OTHERS, 1L, Long::sum));
        latency.ifPresent(time -> {
            latencies.add(time.toMillis());
            maxLatency = Math.max(maxLatency, time.toMillis());
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

    Summary summary(Name name, Instant end) {
        Map<String, Long> sorted = new LinkedHashMap<>();
        labels.entrySet().stream()
                .sorted(Entry.<String, Long>comparingByValue().reversed().thenComparing(Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return new Summary(name, records, rate(end), sorted, latency());
    }

    private Optional<Summary.Latency> latency() {
        OptionalDouble median = latencies.percentile(50);
        return median.isEmpty() ? Optional.empty() : Optional.of(new Summary.Latency((long) median.getAsDouble(),
                (long) latencies.percentile(99).getAsDouble(), maxLatency));
    }
}
