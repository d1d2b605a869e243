package io.flinkvision.tools;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The last latencies that were measured, and their nearest-rank percentiles. Not thread-safe.
 *
 * <p>HdrHistogram does not replace it: it has no sliding window, refuses negative values (a camera's clock may run
 * ahead), and a histogram over the range of plausible times takes 37 KB at two significant digits, where 1,000 values
 * take 8 KB and are exact.
 */
public final class LatencyWindow {

    private final double[] values;
    private long count;

    /** @param size of the window, in values */
    public LatencyWindow(int size) {
        this.values = new double[size];
    }

    public void add(double value) {
        values[(int) (count % values.length)] = value;
        count++;
    }

    /**
     * The smallest value that is not below {@code percent} of the values in the window; empty if there are none.
     *
     * @param percent above 0, up to 100
     */
    public OptionalDouble percentile(double percent) {
        int known = (int) Math.min(count, values.length);
        return known == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(nearestRank(Arrays.copyOf(values, known), percent));
    }

    /**
     * The smallest value that is not below {@code percent} of all values.
     *
     * @param values in any order
     * @param percent above 0, up to 100
     * @throws IllegalArgumentException if there are no values, or the percentage is out of range
     */
    public static double percentile(double[] values, double percent) {
        return nearestRank(values.clone(), percent);
    }

    /** @param values sorted in place */
    private static double nearestRank(double[] values, double percent) {
        if (values.length == 0 || !(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("The percentile " + percent + " of " + values.length + " values");
        }
        Arrays.sort(values);
        return values[(int) Math.ceil(percent / 100 * values.length) - 1];
    }
}
