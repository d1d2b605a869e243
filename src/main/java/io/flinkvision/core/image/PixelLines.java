package io.flinkvision.core.image;

import java.util.Arrays;

/**
 * Some consecutive rows or columns of a picture, of which weighted sums are made. A new line takes the place of the one
 * that is as many lines before it as there is room for.
 *
 * <p>A pixel is an integer with the samples of blue, green and red in its three low bytes, in this order; the high byte
 * may be anything.
 *
 * <p>The loops are kept so that Java's compiler vectorises them: they go over whole arrays from their beginning, read
 * each pixel once into a variable, have no comparison, and their bodies are no larger than the compiler unrolls.
 */
final class PixelLines {

    private static final int HALF = 1 << ResamplingFilter.FIXED_POINT_BITS - 1;

    private int[][] lines = new int[0][];
    private int room;

    private int[] blue = new int[0];
    private int[] green = new int[0];
    private int[] red = new int[0];

    /**
     * Makes room for lines; what was in them is lost.
     *
     * @param count how many lines are kept
     * @param length pixels per line
     */
    void makeRoom(int count, int length) {
        room = count;
        if (lines.length < count) {
            lines = Arrays.copyOf(lines, count);
        }
        // Each line grows by itself, so that a wide picture and a tall region do not take the product of their sizes.
        for (int i = 0; i < count; i++) {
            if (lines[i] == null || lines[i].length < length) {
                lines[i] = new int[length];
            }
        }
        if (blue.length < length) {
            blue = new int[length];
            green = new int[length];
            red = new int[length];
        }
    }

    /** The pixels of a line, to read or to write. */
    int[] line(int index) {
        return lines[index % room];
    }

    /**
     * Makes one line of several.
     *
     * @param first the first line
     * @param weights of this line and those behind it, in fixed point; they sum up to about one
     * @param result where the pixels are written; their high byte is zero
     * @param count pixels
     */
    void sum(int first, int[] weights, int[] result, int count) {
        begin(line(first), weights[0], blue, green, red, count);
        for (int i = 1; i < weights.length; i++) {
            add(line(first + i), weights[i], blue, green, red, count);
        }
        join(blue, green, red, result, count);
    }

    private static void begin(int[] line, int weight, int[] blue, int[] green, int[] red, int count) {
        for (int i = 0; i < count; i++) {
            int pixel = line[i];
            blue[i] = HALF + (pixel & 255) * weight;
            green[i] = HALF + (pixel >> 8 & 255) * weight;
            red[i] = HALF + (pixel >> 16 & 255) * weight;
        }
    }

    private static void add(int[] line, int weight, int[] blue, int[] green, int[] red, int count) {
        for (int i = 0; i < count; i++) {
            int pixel = line[i];
            blue[i] += (pixel & 255) * weight;
            green[i] += (pixel >> 8 & 255) * weight;
            red[i] += (pixel >> 16 & 255) * weight;
        }
    }

    private static void join(int[] blue, int[] green, int[] red, int[] pixels, int count) {
        for (int i = 0; i < count; i++) {
            pixels[i] = sample(blue[i]) | sample(green[i]) << 8 | sample(red[i]) << 16;
        }
    }

    /** From fixed point to 0 to 255. */
    private static int sample(int sum) {
        int sample = sum >> ResamplingFilter.FIXED_POINT_BITS;
        sample &= ~(sample >> 31);
        return (sample | 255 - sample >> 31) & 255;
    }
}
