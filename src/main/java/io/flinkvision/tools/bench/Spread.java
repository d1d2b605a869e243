package io.flinkvision.tools.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What several rounds gave.
 *
 * @param median the middle one; of an even number the mean of the two in the middle
 * @param least the smallest
 * @param most the largest
 */
public record Spread(double median, double least, double most) {

    public Spread {
        if (!(least <= median && median <= most)) {
            throw new IllegalArgumentException("A median of " + median + " between " + least + " and " + most);
        }
    }

    /**
     * Of measured values.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("A spread of no values");
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Spread(percentile50(sorted), sorted[0], sorted[sorted.length - 1]);
    }

    private static double percentile50(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * The nearest-rank percentile: the smallest value that so many per cent of all are not above.
     *
     * @param values in any order
     * @param percent above 0, to 100
     * @throws IllegalArgumentException if there are no values, or the percentage is none
     */
    public static double percentile(double[] values, double percent) {
        if (values.length == 0 || !(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("The percentile " + percent + " of " + values.length + " values");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1];
    }
}
