package io.flinkvision.core.image;

import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Resampling.Axis;

/**
 * The source pixels of each wanted pixel along an axis, and their weights in fixed point of {@link #FIXED_POINT_BITS}
 * bits.
 */
final class ResamplingFilter {

    static final int FIXED_POINT_BITS = 22;

    /** A weights array's header and what aligns it, in integers. */
    private static final int ARRAY_OVERHEAD = 5;

    private final int[] first;
    private final int[][] weights;
    private final int maxTaps;
    private final int integers;

    /** Computes an axis's weights. */
    ResamplingFilter(Axis axis, Interpolation interpolation) {
        this.first = new int[axis.count()];
        this.weights = new int[axis.count()][];
        double scale = axis.span() / axis.to();
        double widening = Math.max(1, scale);
        double support = support(interpolation) * widening;
        int most = 0;
        int taps = 0;
        for (int i = 0; i < axis.count(); i++) {
            double center = axis.begin() + (axis.start() + i + 0.5) * scale;
            if (interpolation == Interpolation.NEAREST) {
                first[i] = Math.min((int) center, axis.from() - 1);
                weights[i] = new int[] {1 << FIXED_POINT_BITS};
            } else {
                first[i] = Math.max(0, (int) (center - support + 0.5));
                int end = Math.min(axis.from(), (int) (center + support + 0.5));
                weights[i] = weights(interpolation, first[i], end, center, widening);
            }
            most = Math.max(most, weights[i].length);
            taps += weights[i].length;
        }
        this.maxTaps = most;
        this.integers = taps + first.length * (1 + ARRAY_OVERHEAD);
    }

    /** The number of wanted pixels. */
    int pixels() {
        return first.length;
    }

    /** The first source pixel of a wanted one; it never falls from one to the next. */
    int first(int pixel) {
        return first[pixel];
    }

    /** Behind the last source pixel of a wanted one. */
    int end(int pixel) {
        return first[pixel] + weights[pixel].length;
    }

    /** The weights of a wanted pixel's source pixels, that sum up to one. */
    int[] weights(int pixel) {
        return weights[pixel];
    }

    /** The maximum number of source pixels per wanted pixel. */
    int maxTaps() {
        return maxTaps;
    }

    /** The memory that the filter takes, in integers. */
    int integers() {
        return integers;
    }

    private static int[] weights(Interpolation interpolation, int start, int end, double center, double widening) {
        double[] exact = new double[end - start];
        double sum = 0;
        for (int i = 0; i < exact.length; i++) {
            exact[i] = weight(interpolation, (start + i - center + 0.5) * (1 / widening));
            sum += exact[i];
        }
        int[] fixedPoint = new int[exact.length];
        for (int i = 0; i < exact.length; i++) {
            double scaled = (sum == 0 ? exact[i] : exact[i] * (1 / sum)) * (1 << FIXED_POINT_BITS);
            fixedPoint[i] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }
        return fixedPoint;
    }

    private static double support(Interpolation interpolation) {
        return interpolation == Interpolation.BICUBIC ? 2 : 1;
    }

    /** The filter's value at a distance from its middle, in pixels: the triangle, or Keys' cubic with a = -0.5. */
    private static double weight(Interpolation interpolation, double distance) {
        double x = Math.abs(distance);
        if (interpolation != Interpolation.BICUBIC) {
            return Math.max(0, 1 - x);
        }
        double a = -0.5;
        if (x < 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }
}
