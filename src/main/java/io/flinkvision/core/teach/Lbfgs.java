package io.flinkvision.core.teach;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Limited-memory BFGS for smooth convex functions (Nocedal and Wright, Numerical Optimization, 2nd edition, algorithm
 * 7.5), with a line search by the approximate Wolfe conditions (Hager and Zhang, SIAM Journal on Optimization 16(1),
 * 2005): these look at slopes, which are still exact near the minimum, where differences of values are rounding.
 * Deterministic.
 */
final class Lbfgs {

    /** Pairs of steps and gradient changes that approximate the curvature. */
    private static final int MEMORY = 20;

    /** A step is long enough if the slope at its end is at most this part of the slope at its start. */
    private static final double MAX_SLOPE_LEFT = 0.9;

    /** And short enough if the slope has not turned into more than this part of it. */
    private static final double MAX_SLOPE_TURNED = 0.8;

    /** Tolerance for the rounding of a value, relative to it. */
    private static final double VALUE_ROUNDING = 1e-10;

    private static final int MAX_TRIALS = 40;

    private Lbfgs() {}

    /** A function of several variables. */
    @FunctionalInterface
    interface Objective {

        /**
         * @param point where; not changed
         * @param gradient receives the partial derivatives there
         * @return the value there
         */
        double evaluate(double[] point, double[] gradient);
    }

    /**
     * The end of a minimisation.
     *
     * @param point where
     * @param value of the function there
     * @param gradient the largest partial derivative there, as an absolute value
     * @param evaluations how often the function was evaluated
     */
    record Minimum(double[] point, double value, double gradient, int evaluations) {}

    private record Correction(double[] step, double[] change, double inverseCurvature) {}

    /**
     * Walks downhill until no partial derivative is larger than {@code tolerance}, no step leads further down, or
     * {@code maxEvaluations} are used up.
     *
     * @param start where to begin; not changed
     */
    static Minimum minimise(Objective objective, double[] start, double tolerance, int maxEvaluations) {
        double[] point = start.clone();
        double[] gradient = new double[start.length];
        double value = objective.evaluate(point, gradient);
        int evaluations = 1;
        Deque<Correction> corrections = new ArrayDeque<>(MEMORY);
        while (largest(gradient) > tolerance && evaluations < maxEvaluations) {
            double[] direction = direction(gradient, corrections);
            double length = corrections.isEmpty() ? 1 / Math.sqrt(dot(gradient, gradient)) : 1;
            LineSearch search = new LineSearch(objective, point, value, direction, dot(gradient, direction));
            boolean found = search.run(length, maxEvaluations - evaluations);
            evaluations += search.trials;
            if (!found) {
                if (corrections.isEmpty()) {
                    break;
                }
                // The curvature is out of date: begin again with steepest descent.
                corrections.clear();
                continue;
            }
            remember(corrections, difference(search.point, point), difference(search.gradient, gradient));
            point = search.point;
            gradient = search.gradient;
            value = search.value;
        }
        return new Minimum(point, value, largest(gradient), evaluations);
    }

    private static void remember(Deque<Correction> corrections, double[] step, double[] change) {
        double curvature = dot(step, change);
        if (!(curvature > 0)) {
            return;
        }
        if (corrections.size() == MEMORY) {
            corrections.removeLast();
        }
        corrections.addFirst(new Correction(step, change, 1 / curvature));
    }

    /** The two-loop recursion; the newest correction is the first one. */
    private static double[] direction(double[] gradient, Deque<Correction> corrections) {
        double[] direction = new double[gradient.length];
        add(direction, -1, gradient);
        double[] parts = new double[corrections.size()];
        int i = 0;
        for (Correction correction : corrections) {
            parts[i] = correction.inverseCurvature * dot(correction.step, direction);
            add(direction, -parts[i++], correction.change);
        }
        if (!corrections.isEmpty()) {
            Correction newest = corrections.getFirst();
            scale(direction, 1 / (newest.inverseCurvature * dot(newest.change, newest.change)));
        }
        for (Iterator<Correction> oldestFirst = corrections.descendingIterator(); oldestFirst.hasNext(); ) {
            Correction correction = oldestFirst.next();
            double part = correction.inverseCurvature * dot(correction.change, direction);
            add(direction, parts[--i] - part, correction.step);
        }
        return direction;
    }

    /** The search for a step along a direction. The slope of a convex function rises along it. */
    private static final class LineSearch {

        private final Objective objective;
        private final double[] start;
        private final double startValue;
        private final double[] direction;
        private final double startSlope;

        private double[] point;
        private double[] gradient;
        private double value;
        private int trials;

        LineSearch(Objective objective, double[] start, double startValue, double[] direction, double startSlope) {
            this.objective = objective;
            this.start = start;
            this.startValue = startValue;
            this.direction = direction;
            this.startSlope = startSlope;
        }

        /** Whether an acceptable step was found. */
        boolean run(double firstLength, int maxTrials) {
            if (!(startSlope < 0)) {
                return false;
            }
            double low = 0;
            double lowSlope = startSlope;
            double high = Double.POSITIVE_INFINITY;
            double highSlope = 0;
            double length = firstLength;
            while (trials < Math.min(MAX_TRIALS, maxTrials)) {
                double slope = evaluate(length);
                boolean isTooFar = !(value <= startValue + VALUE_ROUNDING * Math.abs(startValue))
                        || !(slope <= -MAX_SLOPE_TURNED * startSlope);
                if (!isTooFar && slope >= MAX_SLOPE_LEFT * startSlope) {
                    return true;
                }
                if (isTooFar) {
                    high = length;
                    highSlope = slope;
                } else {
                    low = length;
                    lowSlope = slope;
                }
                length = Double.isInfinite(high) ? 4 * length : between(low, lowSlope, high, highSlope);
            }
            return false;
        }

        private double evaluate(double length) {
            trials++;
            point = start.clone();
            add(point, length, direction);
            gradient = new double[point.length];
            value = objective.evaluate(point, gradient);
            return dot(gradient, direction);
        }

        /** Where the slope would be 0 if it rose steadily, but not close to an end. */
        private static double between(double low, double lowSlope, double high, double highSlope) {
            double part = highSlope > 0 && Double.isFinite(highSlope) ? lowSlope / (lowSlope - highSlope) : 0.5;
            return low + Math.min(Math.max(part, 0.1), 0.9) * (high - low);
        }
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = a.clone();
        add(difference, -1, b);
        return difference;
    }

    private static void add(double[] sum, double factor, double[] addend) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * addend[i];
        }
    }

    private static void scale(double[] vector, double factor) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }

    /** Four sums, since each addition waits for the one before it in the same sum. */
    private static double dot(double[] a, double[] b) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = 0;
        for (; i + 4 <= a.length; i += 4) {
            first += a[i] * b[i];
            second += a[i + 1] * b[i + 1];
            third += a[i + 2] * b[i + 2];
            fourth += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            first += a[i] * b[i];
        }
        return (first + second) + (third + fourth);
    }

    private static double largest(double[] vector) {
        double largest = 0;
        for (double element : vector) {
            largest = Math.max(largest, Math.abs(element));
        }
        return largest;
    }
}
