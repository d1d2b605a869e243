package io.flinkvision.tools.wall;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** What a camera's top label was in each of the last sixty seconds, and how many records it had in them. */
final class MinuteHistory {

    /** Seconds that are kept. */
    static final int SECONDS = 60;

    private static final int RATE_SECONDS = 10;

    private final long[] seconds = new long[SECONDS];
    private final String[] labels = new String[SECONDS];
    private final int[] records = new int[SECONDS];

    MinuteHistory() {
        Arrays.fill(seconds, Long.MIN_VALUE);
        Arrays.fill(labels, "");
    }

    /**
     * Takes a record's top label; the last one of a second stays.
     *
     * @param second since 1970-01-01T00:00Z, when the record was written
     */
    void add(long second, String label) {
        int slot = slot(second);
        if (second < seconds[slot]) {
            return;
        }
        records[slot] = second == seconds[slot] ? records[slot] + 1 : 1;
        seconds[slot] = second;
        labels[slot] = label;
    }

    /** Sixty labels, the oldest first and that of {@code now} last; empty text where there was no record. */
    List<String> labels(long now) {
        return LongStream.rangeClosed(now - SECONDS + 1, now)
                .mapToObj(second -> holds(second) ? labels[slot(second)] : "")
                .toList();
    }

    /** Records a second, over the ten whole seconds before {@code now}. */
    double rate(long now) {
        return LongStream.range(now - RATE_SECONDS, now)
                .filter(this::holds)
                .mapToInt(second -> records[slot(second)])
                .sum() / (double) RATE_SECONDS;
    }

    private boolean holds(long second) {
        return seconds[slot(second)] == second;
    }

    private static int slot(long second) {
        return (int) Math.floorMod(second, (long) SECONDS);
    }
}
