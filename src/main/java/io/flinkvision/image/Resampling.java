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
    private static final long HALVES = (1L << 32 | 1) << ResamplingFilter.FIXED_POINT_BITS - 1;
    private static final int HALF = 1 << ResamplingFilter.FIXED_POINT_BITS - 1;

    /** Rows are fetched several at a time, because each call into native code costs as much as a short row. */
    private static final int FETCHED_BYTES = 1 << 16;

    private ResamplingFilter across;
    private ResamplingFilter down;

    private byte[] fetched = new byte[0];
    private int fetchedRow;
    private int fetchedRows;

    private long[] pairs = new long[0];

    /** The narrowed rows that the next wanted row is made of, in turns; whole numbers, so that sums can be vectors. */
    private int[] narrowed = new int[0];
    private int keptRows;
    private int nextRow;

    private int[] sums = new int[0];

    /**
     * The part of a resized picture that is wanted, along one axis.
     *
     * @param from pixels of the source
     * @param begin where in the source the picture begins, in its pixels; not zero only for a reduced picture
     * @param span how many pixels of the source the picture takes; less than all only for a reduced picture
     * @param to pixels that the whole of it is resized to
     * @param start the first wanted pixel of those
     * @param count how many are wanted
     */
    record Axis(int from, double begin, double span, int to, int start, int count) {

        /** Of a source that the picture fills. */
        Axis(int from, int to, int start, int count) {
            this(from, 0, from, to, start, count);
        }

        /** The same pixels, of a source in which the picture has another size. */
        Axis of(int pixels, double pictureBegin, double pictureSpan) {
            return new Axis(pixels, pictureBegin, pictureSpan, to, start, count);
        }
    }

    /**
     * Resizes and crops.
     *
     * @param source 8-bit; blue, green, red
     * @param columns from the source's columns
     * @param rows from the source's rows
     * @param target {@code [targetHeight, targetWidth, 3]}; red, green, blue; where the result is written
     * @param targetWidth pixels a row of the target
     * @param left the target's column that the first wanted column goes to
     * @param top the target's row that the first wanted row goes to
     */
    void resample(
            Mat source, Axis columns, Axis rows, Interpolation interpolation, byte[] target, int targetWidth, int left,
            int top) {
        if (across == null || !across.isOf(columns, interpolation)) {
            across = new ResamplingFilter(columns, interpolation);
        }
        if (down == null || !down.isOf(rows, interpolation)) {
            down = new ResamplingFilter(rows, interpolation);
        }
        makeRoom(source);
        for (int y = 0; y < down.pixels(); y++) {
            narrowRowsUntil(down.end(y), down.first(y), source);
            flatten(down.first(y), down.weights(y), target, ((top + y) * targetWidth + left) * CHANNELS);
        }
    }

    private void makeRoom(Mat source) {
        int neededRows = down.end(down.pixels() - 1) - down.first(0);
        int rowsAtOnce = Math.min(neededRows, 2 * Math.max(1, FETCHED_BYTES / (2 * source.cols() * CHANNELS)));
        int fetchedBytes = rowsAtOnce * source.cols() * CHANNELS;
        // Fetching fills the whole buffer, so it must not be longer than what is wanted.
        fetched = fetched.length == fetchedBytes ? fetched : new byte[fetchedBytes];
        fetchedRow = 0;
        fetchedRows = 0;
        // One more than are summed up, since they are made in pairs.
        keptRows = down.mostTaps() + 1;
        nextRow = down.first(0);
        narrowed = atLeast(narrowed, Math.multiplyExact(keptRows, rowSamples()));
        int pairLength = source.cols() * CHANNELS;
        pairs = pairs.length < pairLength ? new long[pairLength] : pairs;
        sums = atLeast(sums, rowSamples());
    }

    private int rowSamples() {
        return across.pixels() * CHANNELS;
    }

    /** The first pass, over the rows that the second one needs next. */
    private void narrowRowsUntil(int end, int start, Mat source) {
        int sourceSamples = source.cols() * CHANNELS;
        nextRow = Math.max(nextRow, start);
        while (nextRow < end) {
            if (nextRow >= fetchedRow + fetchedRows) {
                fetchedRow = nextRow;
                fetchedRows = source.get(nextRow, 0, fetched) / sourceSamples;
            }
            // The last of those at hand may have no other; it is then done twice, to the same place.
            int other = Math.min(nextRow + 1, fetchedRow + fetchedRows - 1);
            pair((nextRow - fetchedRow) * sourceSamples, (other - fetchedRow) * sourceSamples);
            narrow(across, pairs, narrowed, nextRow % keptRows * rowSamples(), other % keptRows * rowSamples());
            nextRow = other + 1;
        }
    }

    /** Puts each sample of a row into the lower half of a whole number, and of another row into its upper half. */
    private void pair(int row, int otherRow) {
        byte[] samples = fetched;
        long[] both = pairs;
        int begin = across.first(0) * CHANNELS;
        int end = across.end(across.pixels() - 1) * CHANNELS;
        for (int i = begin; i < end; i++) {
            both[i] = samples[row + i] & 0xffL | (samples[otherRow + i] & 0xffL) << 32;
        }
    }

    /**
     * Two rows at once, with one multiplication for both. Their sums stay apart: each fits its half, and what a
     * negative lower one borrows from the upper one is given back.
     */
    private static void narrow(ResamplingFilter filter, long[] pairs, int[] narrowed, int out, int otherOut) {
        for (int x = 0; x < filter.pixels(); x++) {
            int in = filter.first(x) * CHANNELS;
            long blue = HALVES;
            long green = HALVES;
            long red = HALVES;
            for (int weight : filter.weights(x)) {
                blue += pairs[in] * weight;
                green += pairs[in + 1] * weight;
                red += pairs[in + 2] * weight;
                in += CHANNELS;
            }
            int sample = x * CHANNELS;
            narrowed[out + sample] = sample((int) red);
            narrowed[out + sample + 1] = sample((int) green);
            narrowed[out + sample + 2] = sample((int) blue);
            narrowed[otherOut + sample] = sample(upper(red));
            narrowed[otherOut + sample + 1] = sample(upper(green));
            narrowed[otherOut + sample + 2] = sample(upper(blue));
        }
    }

    private static int upper(long pair) {
        return (int) (pair - (int) pair >> 32);
    }

    /** The second pass: some rows of {@link #narrowed} to one row of the target. */
    private void flatten(int firstRow, int[] weights, byte[] target, int out) {
        int samples = rowSamples();
        Arrays.fill(sums, 0, samples, HALF);
        for (int i = 0; i < weights.length; i++) {
            add(narrowed, (firstRow + i) % keptRows * samples, weights[i], sums, samples);
        }
        for (int i = 0; i < samples; i++) {
            target[out + i] = (byte) sample(sums[i]);
        }
    }

    /** A loop of its own over whole numbers, which the compiler makes one over vectors of. */
    private static void add(int[] row, int start, int weight, int[] sums, int samples) {
        for (int i = 0; i < samples; i++) {
            sums[i] += row[start + i] * weight;
        }
    }

    private static int sample(int fixedPoint) {
        return Math.max(0, Math.min(255, fixedPoint >> ResamplingFilter.FIXED_POINT_BITS));
    }

    private static int[] atLeast(int[] buffer, int length) {
        return buffer.length < length ? new int[length] : buffer;
    }
}
