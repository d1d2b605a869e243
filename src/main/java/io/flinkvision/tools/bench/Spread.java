package io.flinkvision.tools.bench;

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
}
