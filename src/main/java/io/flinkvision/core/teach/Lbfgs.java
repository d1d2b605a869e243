package io.flinkvision.core.teach;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * Limited-memory BFGS for smooth convex functions (Nocedal and Wright, Numerical Optimization, 2nd edition, algorithm
 * 7.5), with a line search by the approximate Wolfe conditions (Hager and Zhang, SIAM Journal on Optimization 16(1),
 * 2005): these look at slopes, which are still exact near the minimum, where differences of values are rounding.
 * Deterministic.
 */
final class Lbfgs {

    /**
     * Pairs of steps and gradient changes that approximate the curvature. Many: the long way to a small gradient takes
     * less than half the evaluations that it takes with 20.
     */
    private static final int MAX_PAIRS = 160;

    private static final int MIN_PAIRS = 20;

    /** What the pairs of a function of very many variables may take, in bytes, beyond the fewest of them. */
    private static final int MAX_PAIRS_BYTES = 64 << 20;

    /** A step is long enough if the slope at its end is at most this part of the slope at its start. */
    private static final double MAX_SLOPE_LEFT = 0.9;

    /** And short enough if the slope has not turned into more than this part of it. */
    private static final double MAX_SLOPE_TURNED = 0.8;

    /** Tolerance for the rounding of a value, relative to it: that of Hager and Zhang. */
    private static final double VALUE_ROUNDING = 1e-6;

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
        double[] direction = new double[start.length];
        double value = objective.evaluate(point, gradient);
        int evaluations = 1;
        Deque<Correction> corrections = new ArrayDeque<>();
        LineSearch search = new LineSearch(objective, start.length);
        while (largest(gradient) > tolerance && evaluations < maxEvaluations) {
            setDirection(direction, gradient, corrections);
            double length = corrections.isEmpty() ? 1 / Math.sqrt(dot(gradient, gradient)) : 1;
            boolean found = search.run(
                    point, value, direction, dot(gradient, direction), length, maxEvaluations - evaluations);
            evaluations += search.trials;
            if (!found) {
                if (corrections.isEmpty()) {
                    break;
                }
                // The curvature is out of date: begin again with steepest descent.
                corrections.clear();
                continue;
            }
            remember(corrections, search, point, gradient);
            point = search.exchangePoint(point);
            gradient = search.exchangeGradient(gradient);
            value = search.value;
        }
        return new Minimum(point, value, largest(gradient), evaluations);
    }

    /** Takes the arrays of the oldest pair if there are enough: new memory costs more than filling it. */
    private static void remember(
            Deque<Correction> corrections, LineSearch search, double[] point, double[] gradient) {
        Correction pair = corrections.size() == maxPairs(point.length) ? corrections.removeLast()
                : new Correction(new double[point.length], new double[point.length], 0);
        subtract(search.point, point, pair.step);
        subtract(search.gradient, gradient, pair.change);
        double curvature = dot(pair.step, pair.change);
        if (curvature > 0) {
            corrections.addFirst(new Correction(pair.step, pair.change, 1 / curvature));
        }
    }

    private static int maxPairs(int variables) {
        return Math.max(MIN_PAIRS, Math.min(MAX_PAIRS, MAX_PAIRS_BYTES / (2 * Double.BYTES * variables)));
    }

    /** The two-loop recursion; the newest correction is the first one. */
    private static void setDirection(double[] direction, double[] gradient, Deque<Correction> corrections) {
        Arrays.fill(direction, 0);
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
    }

    /** The search for a step along a direction. The slope of a convex function rises along it. */
    private static final class LineSearch {

        private final Objective objective;

        private double[] point;
        private double[] gradient;
        private double value;
        private int trials;

        LineSearch(Objective objective, int variables) {
            this.objective = objective;
            this.point = new double[variables];
            this.gradient = new double[variables];
        }

        /** Whether an acceptable step was found. */
        boolean run(double[] start, double startValue, double[] direction, double startSlope, double firstLength,
                int maxTrials) {
            trials = 0;
            if (!(startSlope < 0)) {
                return false;
            }
            double low = 0;
            double lowSlope = startSlope;
            double high = Double.POSITIVE_INFINITY;
            double highSlope = 0;
            double length = firstLength;
            while (trials < Math.min(MAX_TRIALS, maxTrials)) {
                double slope = evaluate(start, direction, length);
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

        private double evaluate(double[] start, double[] direction, double length) {
            trials++;
            System.arraycopy(start, 0, point, 0, start.length);
            add(point, length, direction);
            value = objective.evaluate(point, gradient);
            return dot(gradient, direction);
        }

        /** The point that was found, for one that is not needed any more. */
        double[] exchangePoint(double[] other) {
            double[] found = point;
            point = other;
            return found;
        }

        double[] exchangeGradient(double[] other) {
            double[] found = gradient;
            gradient = other;
            return found;
        }

        /** Where the slope would be 0 if it rose steadily, but not close to an end. */
        private static double between(double low, double lowSlope, double high, double highSlope) {
            double part = highSlope > 0 && Double.isFinite(highSlope) ? lowSlope / (lowSlope - highSlope) : 0.5;
            return low + Math.min(Math.max(part, 0.1), 0.9) * (high - low);
        }
    }

    private static void subtract(double[] a, double[] b, double[] difference) {
        for (int i = 0; i < difference.length; i++) {
            difference[i] = a[i] - b[i];
        }
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
