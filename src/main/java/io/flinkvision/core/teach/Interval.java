package io.flinkvision.core.teach;

import java.util.List;

/**
 * A measured share with its 95 % confidence interval.
 *
 * @param estimate from 0 to 1
 * @param low likewise, at most the estimate
 * @param high likewise, at least the estimate
 */
public record Interval(double estimate, double low, double high) {

    /** The normal distribution's 97.5 % quantile. */
    private static final double Z = 1.959963984540054;

    public Interval {
        if (!(0 <= low && low <= estimate && estimate <= high && high <= 1)) {
            throw new IllegalArgumentException(
                    "An interval from " + low + " to " + high + " around " + estimate);
        }
    }

    /**
     * Wilson's score interval (JASA 22, 1927), which holds for few trials and for shares of 0 and 1.
     *
     * @param share from 0 to 1
     * @param trials how many independent ones it is worth, at least 1
     */
    public static Interval wilson(double share, double trials) {
        if (!(trials >= 1)) {
            throw new IllegalArgumentException("No share can be measured by " + trials + " trials");
        }
        double z2 = Z * Z / trials;
        double centre = (share + z2 / 2) / (1 + z2);
        double margin = Z / (1 + z2) * Math.sqrt(share * (1 - share) / trials + z2 / (4 * trials));
        return new Interval(share, Math.max(0, Math.min(share, centre - margin)),
                Math.min(1, Math.max(share, centre + margin)));
    }

    /**
     * The mean of independent shares, with an interval from theirs (MOVER: Zou and Donner, Statistics in Medicine
     * 27(10), 2008).
     *
     * @param shares at least one
     */
    static Interval mean(List<Interval> shares) {
        double estimate = 0;
        double low = 0;
        double high = 0;
        for (Interval share : shares) {
            estimate += share.estimate / shares.size();
            low += square(share.estimate - share.low);
            high += square(share.high - share.estimate);
        }
        estimate = Math.min(1, estimate);
        return new Interval(estimate, Math.max(0, estimate - Math.sqrt(low) / shares.size()),
                Math.min(1, estimate + Math.sqrt(high) / shares.size()));
    }

    private static double square(double x) {
        return x * x;
    }
}
