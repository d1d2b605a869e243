package io.flinkvision.core.image;

import java.util.Arrays;

/**
 * What a view looks like in a {@link Preview}: the mean luma of each cell of a grid over it. The grid has
 * {@value ImageFingerprint#SIDE} cells on a side, as an {@link ImageFingerprint}, or as many as the view has pixels in
 * the preview where these are fewer.
 *
 * @param columns cells per row
 * @param cells row by row, grey levels from 0 to 255 as unsigned bytes; not copied, so neither side may change it
 */
public record PreviewFingerprint(int columns, byte[] cells) {

    /** Pixels of a preview that a side needs: with fewer a cell would be a quarter of the view and more. */
    static final int MIN_PIXELS = 4;

    /** @throws IllegalArgumentException if the cells are not whole rows */
    public PreviewFingerprint {
        if (columns < 1 || cells.length == 0 || cells.length % columns != 0) {
            throw new IllegalArgumentException(
                    "A fingerprint of " + columns + " columns does not have " + cells.length + " cells");
        }
    }

    /**
     * The fingerprint of a part of a preview.
     *
     * @param samples of the whole preview, row by row
     * @param stride its pixels per row
     * @param left the part's first column
     * @param top its first row
     * @param width its pixels per row
     * @param height its rows
     */
    static PreviewFingerprint of(byte[] samples, int stride, int left, int top, int width, int height) {
        int columns = Math.min(ImageFingerprint.SIDE, width);
        int rows = Math.min(ImageFingerprint.SIDE, height);
        byte[] cells = new byte[columns * rows];
        for (int row = 0; row < rows; row++) {
            int from = top + height * row / rows;
            int to = top + height * (row + 1) / rows;
            for (int column = 0; column < columns; column++) {
                cells[columns * row + column] = mean(samples, stride,
                        left + width * column / columns, from, left + width * (column + 1) / columns, to);
            }
        }
        return new PreviewFingerprint(columns, cells);
    }

    private static byte mean(byte[] samples, int stride, int left, int top, int right, int bottom) {
        int sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += samples[stride * y + x] & 0xff;
            }
        }
        int pixels = (right - left) * (bottom - top);
        return (byte) ((sum + pixels / 2) / pixels);
    }

    /** Whether both have the same grid, and no two corresponding cells differ by so many grey levels or more. */
    public boolean differsByLessThan(int levels, PreviewFingerprint other) {
        if (columns != other.columns || cells.length != other.cells.length) {
            return false;
        }
        for (int cell = 0; cell < cells.length; cell++) {
            if (Math.abs((cells[cell] & 0xff) - (other.cells[cell] & 0xff)) >= levels) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PreviewFingerprint that && columns == that.columns && Arrays.equals(cells, that.cells);
    }

    @Override
    public int hashCode() {
        return 31 * columns + Arrays.hashCode(cells);
    }

    @Override
    public String toString() {
        return "PreviewFingerprint[" + columns + " x " + cells.length / columns + "]";
    }
}
