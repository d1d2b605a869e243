package io.flinkvision.tools.watch;

import io.flinkvision.job.record.ClassificationRecord;
import io.flinkvision.tools.watch.CameraSummary.Latency;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map.Entry;
import java.util.Map;
import java.util.Optional;

/** Counts the records of one camera in bounded memory. */
final class CameraStatistics {

    /** What stands for what there is no room for. */
    static final String OTHERS = "(others)";

    private static final int WINDOW_SECONDS = 10;
    private static final int MOST_LABELS = 100;
    private static final int REMEMBERED_LATENCIES = 1_000;

    private final long[] seconds = new long[WINDOW_SECONDS];
    private final long[] countsOfSeconds = new long[WINDOW_SECONDS];
    private final Map<String, Long> labels = new HashMap<>();
    private final long[] latencies = new long[REMEMBERED_LATENCIES];
    private long latencyCount;
    private long largestLatency = Long.MIN_VALUE;
    private long records;
    private long firstSecond = Long.MAX_VALUE;

    void add(ClassificationRecord record, Instant written) {
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
        String label = record.topLabel().label();
        labels.merge(labels.containsKey(label) || labels.size() < MOST_LABELS ? label : OTHERS, 1L, Long::sum);
        record.captureTime().ifPresent(captured -> {
            long latency = Duration.between(captured, record.classifiedAt()).toMillis();
            latencies[(int) (latencyCount++ % REMEMBERED_LATENCIES)] = latency;
            largestLatency = Math.max(largestLatency, latency);
        });
    }

    /** Records a second in the seconds up to a time, as many of the window as have passed since the first record. */
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

    CameraSummary summary(String camera, Instant end) {
        Map<String, Long> sorted = new LinkedHashMap<>();
        labels.entrySet().stream()
                .sorted(Entry.<String, Long>comparingByValue().reversed().thenComparing(Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return new CameraSummary(camera, records, rate(end), sorted, latency());
    }

    private Optional<Latency> latency() {
        int count = (int) Math.min(latencyCount, REMEMBERED_LATENCIES);
        if (count == 0) {
            return Optional.empty();
        }
        long[] sorted = Arrays.copyOf(latencies, count);
        Arrays.sort(sorted);
        return Optional.of(new Latency(percentile(sorted, 50), percentile(sorted, 99), largestLatency));
    }

    /** The nearest-rank method: the smallest value that so many per cent of the values do not exceed. */
    private static long percentile(long[] sorted, int percent) {
        return sorted[(int) Math.ceil(percent / 100.0 * sorted.length) - 1];
    }
}
