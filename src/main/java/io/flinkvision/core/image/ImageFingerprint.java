package io.flinkvision.core.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A coarse summary of a picture: the mean grey of each cell of a grid of {@value #SIDE} x {@value #SIDE} over it.
 * Two pictures of a scene in which nothing happens have nearly the same means, whatever the noise of the sensor and of
 * the compression, since each mean is one of many pixels.
 *
 * <p>Grey is the luma of ITU-R BT.601, as JPEG has it. A change of colour at the same grey is not detected; nor is
 * one of a thing much smaller than a cell.
 *
 * @param cells {@code [SIDE, SIDE]}, row-major, grey levels from 0 to 255 as unsigned bytes; not copied, so neither
 *     side may change it
 */
public record ImageFingerprint(byte[] cells) {

    /** Cells a row, and rows. */
    public static final int SIDE = 16;

    /** Two pictures are near-duplicates if no cell differs by more grey levels. */
    public static final int NEAR_DUPLICATE_DIFFERENCE = 10;

    private static final int SAMPLED_ROWS = 8;

    /** The weights of BT.601 in 256ths. */
    static final int RED = 77;
    static final int GREEN = 150;
    static final int BLUE = 29;

    /** @throws IllegalArgumentException if it is not of {@code SIDE x SIDE} cells */
    public ImageFingerprint {
        if (cells.length != SIDE * SIDE) {
            throw new IllegalArgumentException(
                    "A fingerprint has " + SIDE * SIDE + " cells, not " + cells.length);
        }
    }

    /**
     * The fingerprint of a picture of any size. One of fewer than {@link #SIDE} pixels a side has cells without any,
     * which are black.
     */
    public static ImageFingerprint of(RgbImage image) {
        long[] sums = new long[SIDE * SIDE];
        int[] columns = bounds(image.width());
        int[] rows = bounds(image.height());
        byte[] samples = image.samples();
        for (int row = 0; row < SIDE; row++) {
            for (int y = rows[row]; y < rows[row + 1]; y++) {
                int next = 3 * image.width() * y;
                for (int column = 0; column < SIDE; column++) {
                    // Weighted once for the cell, not for each pixel.
                    int red = 0;
                    int green = 0;
                    int blue = 0;
                    for (int end = 3 * (image.width() * y + columns[column + 1]); next < end; next += 3) {
                        red += samples[next] & 0xff;
                        green += samples[next + 1] & 0xff;
                        blue += samples[next + 2] & 0xff;
                    }
                    sums[SIDE * row + column] += (long) RED * red + (long) GREEN * green + (long) BLUE * blue;
                }
            }
        }
        return new ImageFingerprint(means(sums, columns, rows));
    }

    /**
     * The fingerprint of a grey picture, from up to {@value #SAMPLED_ROWS} rows of each cell: the mean of hundreds of
     * pixels does not get better by thousands.
     *
     * @param samples rows from the top, grey levels from 0 to 255 as unsigned bytes; its position does not matter
     * @param stride bytes from the start of a row to that of the next
     * @param width pixels a row
     * @param height rows
     */
    public static ImageFingerprint ofGrey(ByteBuffer samples, int stride, int width, int height) {
        int[] columns = bounds(width);
        int[] rows = bounds(height);
        byte[] cells = new byte[SIDE * SIDE];
        byte[] line = new byte[width];
        long[] sums = new long[SIDE];
        for (int row = 0; row < SIDE; row++) {
            int step = Math.max(1, (rows[row + 1] - rows[row]) / SAMPLED_ROWS);
            int sampled = 0;
            Arrays.fill(sums, 0);
            for (int y = rows[row] + step / 2; y < rows[row + 1]; y += step) {
                samples.get(y * stride, line);
                sampled++;
                for (int column = 0; column < SIDE; column++) {
                    int sum = 0;
                    for (int x = columns[column]; x < columns[column + 1]; x++) {
                        sum += line[x] & 0xff;
                    }
                    sums[column] += sum;
                }
            }
            for (int column = 0; column < SIDE; column++) {
                long pixels = (long) sampled * (columns[column + 1] - columns[column]);
                cells[SIDE * row + column] = pixels == 0 ? 0 : (byte) ((sums[column] + pixels / 2) / pixels);
            }
        }
        return new ImageFingerprint(cells);
    }

    /** The start of each cell along a side, and the end of the last. */
    private static int[] bounds(int pixels) {
        int[] bounds = new int[SIDE + 1];
        for (int cell = 0; cell <= SIDE; cell++) {
            bounds[cell] = (int) ((long) pixels * cell / SIDE);
        }
        return bounds;
    }

    private static byte[] means(long[] sums, int[] columns, int[] rows) {
        byte[] means = new byte[SIDE * SIDE];
        for (int cell = 0; cell < means.length; cell++) {
            int row = cell / SIDE;
            int column = cell % SIDE;
            long weight = 256L * (rows[row + 1] - rows[row]) * (columns[column + 1] - columns[column]);
            means[cell] = weight == 0 ? 0 : (byte) ((sums[cell] + weight / 2) / weight);
        }
        return means;
    }

    /** The largest difference between two corresponding cells, in grey levels from 0 to 255. */
    public int largestDifference(ImageFingerprint other) {
        int largest = 0;
        for (int cell = 0; cell < cells.length; cell++) {
            largest = Math.max(largest, Math.abs((cells[cell] & 0xff) - (other.cells[cell] & 0xff)));
        }
        return largest;
    }

    /** Whether no two corresponding cells differ by more than some grey levels. */
    public boolean isNear(ImageFingerprint other, int levels) {
        for (int cell = 0; cell < cells.length; cell++) {
            if (Math.abs((cells[cell] & 0xff) - (other.cells[cell] & 0xff)) > levels) {
                return false;
            }
        }
        return true;
    }

    /** Whether the other picture looks the same but for noise and small things. */
    public boolean isNearDuplicateOf(ImageFingerprint other) {
        for (int cell = 0; cell < cells.length; cell++) {
            if (Math.abs((cells[cell] & 0xff) - (other.cells[cell] & 0xff)) > NEAR_DUPLICATE_DIFFERENCE) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageFingerprint that && Arrays.equals(cells, that.cells);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cells);
    }

    @Override
    public String toString() {
        return "ImageFingerprint[" + SIDE + " x " + SIDE + "]";
    }
}
