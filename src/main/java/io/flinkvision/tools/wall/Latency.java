package io.flinkvision.tools.wall;

import java.util.Arrays;
import java.util.OptionalDouble;

/** The milliseconds that the last records took. */
final class Latency {

    /** Records that are kept. */
    private static final int WINDOW = 1024;

    /** A hundred years. */
    private static final double MAX_MILLIS = 100 * 365.25 * 24 * 60 * 60 * 1000;

    private final double[] millis = new double[WINDOW];
    private long count;

    /** Takes milliseconds, as at least 0 and at most a hundred years; what is no number is left out. */
    void add(double value) {
        if (Double.isNaN(value)) {
            return;
        }
        millis[(int) (count % WINDOW)] = Math.max(0, Math.min(MAX_MILLIS, value));
        count++;
    }

    /**
     * What a part of the records stayed at or below: the median for 0.5.
     *
     * @param part from 0 to 1
     * @return milliseconds; empty where there was no record
     */
    OptionalDouble quantile(double part) {
        int known = (int) Math.min(count, WINDOW);
        if (known == 0) {
            return OptionalDouble.empty();
        }
        double[] sorted = Arrays.copyOf(millis, known);
        Arrays.sort(sorted);
        return OptionalDouble.of(sorted[Math.max(0, (int) Math.ceil(part * known) - 1)]);
    }
}
