package io.flinkvision.core.image;

import io.flinkvision.core.image.Preprocessing.Interpolation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.opencv.core.Mat;

/**
 * Resizes a picture as Pillow does, and so as torchvision and timm evaluate their models: a separable filter that is
 * widened by the shrink factor, in 8-bit samples after each of the two passes. OpenCV has no such filter: its linear
 * and cubic ones alias when they shrink, and its area filter blurs less than the one that the networks were trained
 * with.
 *
 * <p>The arithmetic is Pillow's (Pillow, {@code Resample.c}): weights in fixed point of 22 bits, rows first, then
 * columns. Only the rows and columns that the crop shows are computed.
 *
 * <p>Java's compiler vectorises loops over whole arrays. So the first pass, which makes the rows narrower, adds up the
 * columns of a block of rows, and the second pass adds up rows. Between the fetched bytes, the columns and the narrowed
 * rows, pixels are moved one by one; they are therefore integers with all three samples (see {@link PixelLines}).
 */
final class Resampling {

    private static final int CHANNELS = 3;
    private static final int PIXEL_BITS = CHANNELS * Byte.SIZE;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** Columns that are transposed together: those that two reads of eight bytes take from a row. */
    private static final int COLUMNS_AT_ONCE = 4;

    /** Rows that are narrowed at once, or up to twice as many, unless they are more than {@link #MAX_BLOCK_PIXELS}. */
    private static final int MIN_BLOCK_ROWS = 256;

    /** A power of two; one and a half megabytes. */
    private static final int MAX_BLOCK_PIXELS = 1 << 19;

    private final ResamplingFilters filters = new ResamplingFilters();
    private ResamplingFilter across;
    private ResamplingFilter down;

    /**
     * Buffers for a block of rows, by the logarithm of their pixels to the base 2. Fetching fills the whole buffer, so
     * one for all sizes would fetch much too much; they are kept, since the regions of a picture differ.
     */
    private final byte[][] buffers = new byte[Integer.SIZE - 1][];
    private byte[] fetched;
    private int blockRows;
    private int nextRow;

    /** Columns of a block of rows: those that the next narrowed column is made of. */
    private final PixelLines columns = new PixelLines();

    /** Narrowed rows: those that the next wanted row is made of, and the block after them. */
    private final PixelLines rows = new PixelLines();

    /** Narrowed columns of a block, and the rows of the same block that they go to. */
    private int[][] narrowedColumns = new int[COLUMNS_AT_ONCE][0];
    private int[][] narrowedRows = new int[0][];
    private int[] resized = new int[0];

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
            makeRoom(wanted.cols(), interpolation);
            for (int y = 0; y < down.pixels(); y++) {
                int out = ((top + y) * targetWidth + left) * CHANNELS;
                if (interpolation == Interpolation.NEAREST) {
                    pick(wanted, down.first(y), target, out);
                } else {
                    sum(wanted, y);
                    write(resized, target, out, across.pixels());
                }
            }
        } finally {
            wanted.release();
        }
    }

    private void makeRoom(int rowPixels, Interpolation interpolation) {
        if (interpolation == Interpolation.NEAREST) {
            // Rows between those that it picks would be fetched for nothing.
            fetched = buffer(rowPixels);
            return;
        }
        fetched = buffer(Math.max(rowPixels, Math.min((long) MIN_BLOCK_ROWS * rowPixels, MAX_BLOCK_PIXELS)));
        blockRows = (fetched.length / CHANNELS - COLUMNS_AT_ONCE) / rowPixels;
        nextRow = down.first(0);
        columns.makeRoom(across.maxTaps() + COLUMNS_AT_ONCE, blockRows);
        rows.makeRoom(down.maxTaps() + blockRows, across.pixels() + COLUMNS_AT_ONCE);
        if (narrowedRows.length < blockRows) {
            narrowedRows = new int[blockRows][];
            narrowedColumns = new int[COLUMNS_AT_ONCE][blockRows];
        }
        if (resized.length < across.pixels()) {
            resized = new int[across.pixels()];
        }
    }

    /** It has room for some more pixels, since the last ones are read together with those behind them. */
    private byte[] buffer(long minPixels) {
        int logarithm = Long.SIZE - Long.numberOfLeadingZeros(minPixels - 1);
        if (buffers[logarithm] == null) {
            buffers[logarithm] = new byte[((1 << logarithm) + COLUMNS_AT_ONCE) * CHANNELS];
        }
        return buffers[logarithm];
    }

    private static int endOf(ResamplingFilter filter) {
        return filter.end(filter.pixels() - 1);
    }

    /** One row by the nearest filter, which picks pixels. */
    private void pick(Mat wanted, int row, byte[] target, int start) {
        wanted.get(row - down.first(0), 0, fetched);
        int out = start;
        for (int x = 0; x < across.pixels(); x++) {
            int in = (across.first(x) - across.first(0)) * CHANNELS;
            target[out++] = fetched[in + 2];
            target[out++] = fetched[in + 1];
            target[out++] = fetched[in];
        }
    }

    /** The second pass: one row of the result, after the first pass over what it is made of. */
    private void sum(Mat wanted, int y) {
        nextRow = Math.max(nextRow, down.first(y));
        while (nextRow < down.end(y)) {
            narrowBlock(wanted);
        }
        rows.sum(down.first(y), down.weights(y), resized, across.pixels());
    }

    /** The first pass, over the next rows. */
    private void narrowBlock(Mat wanted) {
        // Asked once: OpenCV answers by a call into native code.
        int rowBytes = wanted.cols() * CHANNELS;
        int count = Math.min(blockRows, wanted.get(nextRow - down.first(0), 0, fetched) / rowBytes);
        for (int row = 0; row < count; row++) {
            narrowedRows[row] = rows.line(nextRow + row);
        }
        int nextColumn = across.first(0);
        for (int x = 0; x < across.pixels(); x++) {
            nextColumn = Math.max(nextColumn, across.first(x));
            for (; nextColumn < across.end(x); nextColumn += COLUMNS_AT_ONCE) {
                turn(fetched, (nextColumn - across.first(0)) * CHANNELS, rowBytes, columns.line(nextColumn),
                        columns.line(nextColumn + 1), columns.line(nextColumn + 2), columns.line(nextColumn + 3),
                        count);
            }
            int last = x % COLUMNS_AT_ONCE;
            columns.sum(across.first(x), across.weights(x), narrowedColumns[last], count);
            if (last == COLUMNS_AT_ONCE - 1 || x == across.pixels() - 1) {
                turnBack(narrowedColumns[0], narrowedColumns[1], narrowedColumns[2], narrowedColumns[3], narrowedRows,
                        x - last, count);
            }
        }
        nextRow += count;
    }

    /** Copies four columns of the fetched rows; the first one starts at that byte. */
    private static void turn(
            byte[] samples, int start, int rowBytes, int[] first, int[] second, int[] third, int[] fourth, int count) {
        int in = start;
        for (int row = 0; row < count; row++) {
            long pair = (long) LONGS.get(samples, in);
            first[row] = (int) pair;
            second[row] = (int) (pair >> PIXEL_BITS);
            pair = (long) LONGS.get(samples, in + 2 * CHANNELS);
            third[row] = (int) pair;
            fourth[row] = (int) (pair >> PIXEL_BITS);
            in += rowBytes;
        }
    }

    /** Copies four narrowed columns to their place in the rows, which have room for four from any pixel on. */
    private static void turnBack(
            int[] first, int[] second, int[] third, int[] fourth, int[][] rows, int x, int count) {
        for (int i = 0; i < count; i++) {
            int[] row = rows[i];
            row[x] = first[i];
            row[x + 1] = second[i];
            row[x + 2] = third[i];
            row[x + 3] = fourth[i];
        }
    }

    /** Writes pixels as red, green and blue; all but the last with a byte behind them that the next one overwrites. */
    private static void write(int[] pixels, byte[] target, int start, int count) {
        int last = count - 1;
        for (int i = 0; i < last; i++) {
            INTS.set(target, start + CHANNELS * i, pixels[i] << Byte.SIZE);
        }
        int out = start + CHANNELS * last;
        target[out] = (byte) (pixels[last] >> 16);
        target[out + 1] = (byte) (pixels[last] >> 8);
        target[out + 2] = (byte) pixels[last];
    }
}
