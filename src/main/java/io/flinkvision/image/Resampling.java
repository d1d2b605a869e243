package io.flinkvision.image;

import io.flinkvision.model.Preprocessing.Interpolation;
import java.util.Arrays;
import org.opencv.core.Mat;

/**
 * Resizes a picture as Pillow does, and so as torchvision and timm evaluate their models: a separable filter that is
 * widened by the shrink factor, in 8-bit samples after each of the two passes. OpenCV has no such filter: its linear
 * and cubic ones alias when they shrink, and its area filter blurs less than the one that the networks were trained
 * with.
 *
 * <p>The arithmetic is Pillow's (Pillow, {@code Resample.c}): weights in fixed point of 22 bits, rows first, then
 * columns. Only the rows and columns that the crop shows are computed.
 */
final class Resampling {

    private static final int CHANNELS = 3;
    private static final int FIXED_POINT_BITS = 22;
    private static final int HALF = 1 << FIXED_POINT_BITS - 1;

    /** Rows are fetched several at a time, because each call into native code costs as much as a short row. */
    private static final int FETCHED_BYTES = 1 << 16;

    private byte[] fetched = new byte[0];

    private byte[] narrowed = new byte[0];
    private int[] sums = new int[0];

    /**
     * The part of a resized picture that is wanted, along one axis.
     *
     * @param from pixels of the source
     * @param to pixels that the whole of it is resized to
     * @param start the first wanted pixel of those
     * @param count how many are wanted
     */
    record Axis(int from, int to, int start, int count) {}

    /**
     * For each wanted pixel the source pixels that it is made of and their weights.
     *
     * @param first the first source pixel of each
     * @param weights each one's weights, in fixed point, that sum up to one
     */
    private record Filter(int[] first, int[][] weights) {

        int sourceStart() {
            return first[0];
        }

        int sourceEnd() {
            int last = first.length - 1;
            return first[last] + weights[last].length;
        }
    }

    /**
     * Resizes and crops.
     *
     * @param source 8-bit, three channels
     * @param columns from the source's columns
     * @param rows from the source's rows
     * @param target {@code [targetHeight, targetWidth, 3]}, where the result is written
     * @param targetWidth pixels a row of the target
     * @param left the target's column that the first wanted column goes to
     * @param top the target's row that the first wanted row goes to
     */
    void resample(
            Mat source, Axis columns, Axis rows, Interpolation interpolation, byte[] target, int targetWidth, int left,
            int top) {
        Filter across = filter(columns, interpolation);
        Filter down = filter(rows, interpolation);
        int rowSamples = columns.count() * CHANNELS;
        narrowRows(source, across, down.sourceStart(), down.sourceEnd() - down.sourceStart());
        sums = sums.length < rowSamples ? new int[rowSamples] : sums;
        for (int y = 0; y < rows.count(); y++) {
            int start = (down.first()[y] - down.sourceStart()) * rowSamples;
            flatten(start, down.weights()[y], rowSamples, target, ((top + y) * targetWidth + left) * CHANNELS);
        }
    }

    /** The first pass, over the rows that the second one needs. */
    private void narrowRows(Mat source, Filter across, int firstRow, int rowCount) {
        int sourceSamples = source.cols() * CHANNELS;
        int rowSamples = across.first().length * CHANNELS;
        int rowsAtOnce = Math.min(rowCount, Math.max(1, FETCHED_BYTES / sourceSamples));
        // Fetching fills the whole buffer, so it must not be longer than what is wanted.
        fetched = fetched.length == rowsAtOnce * sourceSamples ? fetched : new byte[rowsAtOnce * sourceSamples];
        narrowed = atLeast(narrowed, Math.multiplyExact(rowCount, rowSamples));
        for (int y = 0; y < rowCount; y++) {
            int row = y % rowsAtOnce;
            if (row == 0) {
                source.get(firstRow + y, 0, fetched);
            }
            narrow(across, row * sourceSamples, y * rowSamples);
        }
    }

    /** One row of the source, from a place in {@link #fetched}, to one of {@link #narrowed}. */
    private void narrow(Filter filter, int sourceStart, int out) {
        byte[] row = fetched;
        byte[] result = narrowed;
        int sample = out;
        for (int x = 0; x < filter.first().length; x++) {
            int[] weights = filter.weights()[x];
            int in = sourceStart + filter.first()[x] * CHANNELS;
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            for (int weight : weights) {
                red += (row[in] & 0xff) * weight;
                green += (row[in + 1] & 0xff) * weight;
                blue += (row[in + 2] & 0xff) * weight;
                in += CHANNELS;
            }
            result[sample++] = sample(red);
            result[sample++] = sample(green);
            result[sample++] = sample(blue);
        }
    }

    /** The second pass: some rows of {@link #narrowed} to one row of the target. */
    private void flatten(int start, int[] weights, int rowSamples, byte[] target, int out) {
        Arrays.fill(sums, 0, rowSamples, HALF);
        int in = start;
        for (int weight : weights) {
            for (int i = 0; i < rowSamples; i++) {
                sums[i] += (narrowed[in + i] & 0xff) * weight;
            }
            in += rowSamples;
        }
        for (int i = 0; i < rowSamples; i++) {
            target[out + i] = sample(sums[i]);
        }
    }

    private static byte sample(int fixedPoint) {
        return (byte) Math.max(0, Math.min(255, fixedPoint >> FIXED_POINT_BITS));
    }

    private static Filter filter(Axis axis, Interpolation interpolation) {
        int[] first = new int[axis.count()];
        int[][] weights = new int[axis.count()][];
        double scale = (double) axis.from() / axis.to();
        double widening = Math.max(1, scale);
        double support = support(interpolation) * widening;
        for (int i = 0; i < axis.count(); i++) {
            double center = (axis.start() + i + 0.5) * scale;
            if (interpolation == Interpolation.NEAREST) {
                first[i] = Math.min((int) center, axis.from() - 1);
                weights[i] = new int[] {1 << FIXED_POINT_BITS};
                continue;
            }
            first[i] = Math.max(0, (int) (center - support + 0.5));
            int end = Math.min(axis.from(), (int) (center + support + 0.5));
            weights[i] = weights(interpolation, first[i], end, center, widening);
        }
        return new Filter(first, weights);
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

    private static byte[] atLeast(byte[] buffer, int length) {
        return buffer.length < length ? new byte[length] : buffer;
    }
}
