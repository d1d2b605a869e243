package io.flinkvision.tools.bench;

import java.util.List;
import java.util.Locale;

/** The median, minimum and maximum of several rounds. */
public record Spread(double median, double min, double max) {

    public Spread {
        if (!(min <= median && median <= max)) {
            throw new IllegalArgumentException("A median of " + median + " is not between " + min + " and " + max);
        }
    }

    /**
     * The spread of values; the median of an even number of them is the mean of the two in the middle.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("A spread of no values");
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Spread(median(sorted), sorted[0], sorted[sorted.length - 1]);
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The larger distance of an extreme from the median. */
    double maxDeviation() {
        return Math.max(max - median, median - min);
    }

    /** {@code median (min to max)}, each in a {@link java.util.Formatter} format for a number. */
    public String toText(String format) {
        return String.format(Locale.ROOT, format + " (" + format + " to " + format + ")", median, min, max);
    }
}
