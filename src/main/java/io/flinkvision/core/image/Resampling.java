package io.flinkvision.core.image;

import io.flinkvision.core.image.Preprocessing.Interpolation;
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
    private static final int HALF = 1 << ResamplingFilter.FIXED_POINT_BITS - 1;

    /** Rows that are narrowed at once, or up to twice as many, unless they are more than {@link #MAX_BLOCK_PIXELS}. */
    private static final int MIN_BLOCK_ROWS = 64;

    /** A power of two; less than a megabyte of integers, which fits a processor's cache. */
    private static final int MAX_BLOCK_PIXELS = 1 << 16;

    private final ResamplingFilters filters = new ResamplingFilters();
    private ResamplingFilter across;
    private ResamplingFilter down;

    /**
     * Buffers for a block of rows, by the logarithm of their pixels to the base 2. Fetching fills the whole buffer, so
     * one for all sizes would fetch much too much; they are kept, since the regions of a picture differ.
     */
    private final byte[][] buffers = new byte[Integer.SIZE - 1][];
    private byte[] fetched;

    /**
     * A block of rows, turned so that the first pass adds up vectors too: of each column all blue samples, then all
     * green ones, then all red ones.
     */
    private int[][] columns = new int[0][];
    private int[] columnSums = new int[0];

    /** A ring of narrowed rows: those that the next wanted row is made of, and the block after them. */
    private int[][] narrowed = new int[0][];
    private int narrowedRows;
    private int nextRow;

    private int[] sums = new int[0];

    /**
     * The part of a resized picture that is wanted, along one axis.
     *
     * @param from pixels of the source; nothing beyond them has a weight
     * @param begin where in the source the picture begins, in its pixels; not zero only for a reduced picture
     * @param span how many pixels of the source the picture takes; less than all only for a reduced picture
     * @param to pixels that the whole of it is resized to
     * @param start the first wanted pixel of those
     * @param count how many are wanted
     */
    record Axis(int from, double begin, double span, int to, int start, int count) {

        /** The axis of a source that the picture fills. */
        Axis(int from, int to, int start, int count) {
            this(from, 0, from, to, start, count);
        }

        /** The same wanted pixels, of a part of a source. */
        Axis of(Extent extent) {
            return new Axis(extent.end - extent.first, extent.begin, extent.span, to, start, count);
        }
    }

    /**
     * The pixels of a source, along one axis, that a part of a picture takes. At a reduced scale it may begin and end
     * within a pixel.
     *
     * @param first the first pixel
     * @param end behind the last pixel
     * @param begin where the part begins, in pixels from the first one, from 0 to below 1
     * @param span its length in pixels
     */
    record Extent(int first, int end, double begin, double span) {

        /**
         * The pixels of a part that begins and ends between two pixels.
         *
         * @param from where the part begins in the source, in its pixels
         * @param to where it ends
         */
        static Extent between(double from, double to) {
            int first = (int) Math.floor(from);
            return new Extent(first, (int) Math.ceil(to), from - first, to - from);
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
        across = filters.of(columns, interpolation);
        down = filters.of(rows, interpolation);
        Mat wanted = source.submat(down.first(0), endOf(down), across.first(0), endOf(across));
        try {
            makeRoom(wanted);
            for (int y = 0; y < down.pixels(); y++) {
                nextRow = Math.max(nextRow, down.first(y));
                while (nextRow < down.end(y)) {
                    narrowBlock(wanted);
                }
                flatten(down.first(y), down.weights(y), target, ((top + y) * targetWidth + left) * CHANNELS);
            }
        } finally {
            wanted.release();
        }
    }

    private void makeRoom(Mat wanted) {
        // Rows between those that the nearest filter picks would be narrowed for nothing.
        int minRows = down.maxTaps() == 1 ? 1 : MIN_BLOCK_ROWS;
        int rowPixels = wanted.cols();
        fetched = buffer(Math.max(rowPixels, Math.min((long) minRows * rowPixels, MAX_BLOCK_PIXELS)));
        int blockRows = fetched.length / (rowPixels * CHANNELS);
        columns = atLeast(columns, rowPixels, blockRows * CHANNELS);
        columnSums = atLeast(columnSums, blockRows * CHANNELS);
        narrowedRows = down.maxTaps() + blockRows;
        narrowed = atLeast(narrowed, narrowedRows, rowSamples());
        nextRow = down.first(0);
        sums = atLeast(sums, rowSamples());
    }

    private byte[] buffer(long minPixels) {
        int logarithm = Long.SIZE - Long.numberOfLeadingZeros(minPixels - 1);
        if (buffers[logarithm] == null) {
            buffers[logarithm] = new byte[(1 << logarithm) * CHANNELS];
        }
        return buffers[logarithm];
    }

    private static int endOf(ResamplingFilter filter) {
        return filter.end(filter.pixels() - 1);
    }

    private int rowSamples() {
        return across.pixels() * CHANNELS;
    }

    /** The first pass, over the next rows. */
    private void narrowBlock(Mat wanted) {
        // Asked once: OpenCV answers by a call into native code.
        int wantedColumns = wanted.cols();
        int rowBytes = wantedColumns * CHANNELS;
        int rows = wanted.get(nextRow - down.first(0), 0, fetched) / rowBytes;
        for (int column = 0; column < wantedColumns; column++) {
            turn(fetched, column * CHANNELS, rowBytes, columns[column], rows);
        }
        int samples = rows * CHANNELS;
        int firstColumn = across.first(0);
        for (int x = 0; x < across.pixels(); x++) {
            Arrays.fill(columnSums, 0, samples, HALF);
            int column = across.first(x) - firstColumn;
            for (int weight : across.weights(x)) {
                add(columns[column++], weight, columnSums, samples);
            }
            toSamples(columnSums, samples);
            for (int row = 0; row < rows; row++) {
                int[] out = narrowed[(nextRow + row) % narrowedRows];
                out[x * CHANNELS] = columnSums[2 * rows + row];
                out[x * CHANNELS + 1] = columnSums[rows + row];
                out[x * CHANNELS + 2] = columnSums[row];
            }
        }
        nextRow += rows;
    }

    /** Puts one column of the fetched rows into its place in {@link #columns}. */
    private static void turn(byte[] samples, int start, int rowBytes, int[] column, int rows) {
        int in = start;
        for (int row = 0; row < rows; row++) {
            column[row] = samples[in] & 0xff;
            column[rows + row] = samples[in + 1] & 0xff;
            column[2 * rows + row] = samples[in + 2] & 0xff;
            in += rowBytes;
        }
    }

    /** The second pass: some rows of {@link #narrowed} to one row of the target. */
    private void flatten(int firstRow, int[] weights, byte[] target, int out) {
        int samples = rowSamples();
        Arrays.fill(sums, 0, samples, HALF);
        for (int i = 0; i < weights.length; i++) {
            add(narrowed[(firstRow + i) % narrowedRows], weights[i], sums, samples);
        }
        toSamples(sums, samples);
        for (int i = 0; i < samples; i++) {
            target[out + i] = (byte) sums[i];
        }
    }

    /**
     * A loop of its own over integers, which the compiler vectorises; it does not if a row starts within an array.
     */
    private static void add(int[] row, int weight, int[] sums, int samples) {
        for (int i = 0; i < samples; i++) {
            sums[i] += row[i] * weight;
        }
    }

    /** From fixed point to 0 to 255, without comparisons, which the compiler would not vectorise. */
    private static void toSamples(int[] sums, int samples) {
        for (int i = 0; i < samples; i++) {
            int sample = sums[i] >> ResamplingFilter.FIXED_POINT_BITS;
            sample &= ~(sample >> 31);
            sums[i] = (sample | 255 - sample >> 31) & 255;
        }
    }

    private static int[] atLeast(int[] buffer, int length) {
        return buffer.length < length ? new int[length] : buffer;
    }

    /** Each row grows by itself, so that a wide picture and a tall region do not take the product of their sizes. */
    private static int[][] atLeast(int[][] buffer, int rows, int samples) {
        int[][] enough = buffer.length < rows ? Arrays.copyOf(buffer, rows) : buffer;
        for (int i = 0; i < rows; i++) {
            if (enough[i] == null || enough[i].length < samples) {
                enough[i] = new int[samples];
            }
        }
        return enough;
    }
}
