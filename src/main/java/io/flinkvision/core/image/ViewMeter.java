package io.flinkvision.core.image;

import java.util.Arrays;
import java.util.zip.CRC32C;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Measures decoded pictures. Of a picture of any size, {@value #SAMPLES} x {@value #SAMPLES} pixels are looked at, and
 * {@value #PER_CELL} x {@value #PER_CELL} of these are averaged to a cell, by which all statistics are: that is enough,
 * since the noise of a sensor should not count as detail, and costs little beside decoding.
 *
 * <p>Owns native memory; not thread-safe.
 */
final class ViewMeter implements AutoCloseable {

    private static final int SAMPLES = 96;
    private static final int PER_CELL = 3;
    private static final int CELLS = SAMPLES / PER_CELL;
    private static final int PER_BIT = CELLS / ViewStatistics.SIDE;
    private static final int CHANNELS = 3;
    private static final int PIXELS_PER_CELL = PER_CELL * PER_CELL;

    private static final double LUMA_UNIT = 256.0 * PIXELS_PER_CELL;

    /** Of more bytes some parts are digested: pictures that are not the same differ almost everywhere. */
    private static final int DIGESTED_PARTS = 16;
    private static final int BYTES_PER_PART = 4 << 10;

    private final Mat sampled = new Mat();
    private final byte[] samples = new byte[SAMPLES * SAMPLES * CHANNELS];
    private final int[] sums = new int[CELLS * CELLS * CHANNELS];
    private final int[] luma = new int[CELLS * CELLS];
    private final long[] bits = new long[ViewStatistics.SIDE * ViewStatistics.SIDE];

    /**
     * Measures a picture.
     *
     * @param bgr 8-bit, three channels, at any scale
     * @param sent the picture as it was sent
     */
    ViewStatistics measure(Mat bgr, byte[] sent) {
        Imgproc.resize(bgr, sampled, new Size(SAMPLES, SAMPLES), 0, 0, Imgproc.INTER_NEAREST);
        sampled.get(0, 0, samples);
        addUp();
        double colour = lumaAndColour();
        long total = 0;
        double squares = 0;
        for (int cell : luma) {
            total += cell;
            squares += (double) cell * cell;
        }
        double mean = (double) total / luma.length;
        double deviation = Math.sqrt(Math.max(0, squares / luma.length - mean * mean));
        sumBits();
        return new ViewStatistics(mean / LUMA_UNIT, deviation / LUMA_UNIT, detail() / LUMA_UNIT,
                colour / PIXELS_PER_CELL, bits(0, 1), bits(1, 0), digest(sent));
    }

    private void addUp() {
        Arrays.fill(sums, 0);
        int next = 0;
        for (int y = 0; y < SAMPLES; y++) {
            int row = y / PER_CELL * CELLS * CHANNELS;
            for (int cell = row; cell < row + CELLS * CHANNELS; cell += CHANNELS) {
                int blue = 0;
                int green = 0;
                int red = 0;
                for (int x = 0; x < PER_CELL; x++) {
                    blue += samples[next++] & 0xff;
                    green += samples[next++] & 0xff;
                    red += samples[next++] & 0xff;
                }
                sums[cell] += blue;
                sums[cell + 1] += green;
                sums[cell + 2] += red;
            }
        }
    }

    /** Returns the mean distance between the channels, of a cell's sums. */
    private double lumaAndColour() {
        long distances = 0;
        for (int cell = 0; cell < luma.length; cell++) {
            int blue = sums[CHANNELS * cell];
            int green = sums[CHANNELS * cell + 1];
            int red = sums[CHANNELS * cell + 2];
            luma[cell] = ImageFingerprint.BLUE * blue + ImageFingerprint.GREEN * green + ImageFingerprint.RED * red;
            distances += Math.max(blue, Math.max(green, red)) - Math.min(blue, Math.min(green, red));
        }
        return (double) distances / luma.length;
    }

    private double detail() {
        long differences = 0;
        for (int y = 0; y < CELLS - 1; y++) {
            for (int x = 0; x < CELLS - 1; x++) {
                int cell = CELLS * y + x;
                differences += Math.abs(luma[cell] - luma[cell + 1]) + Math.abs(luma[cell] - luma[cell + CELLS]);
            }
        }
        return differences / (2.0 * (CELLS - 1) * (CELLS - 1));
    }

    private void sumBits() {
        Arrays.fill(bits, 0);
        for (int cell = 0; cell < luma.length; cell++) {
            bits[cell / CELLS / PER_BIT * ViewStatistics.SIDE + cell % CELLS / PER_BIT] += luma[cell];
        }
    }

    /** Which cells are darker than a neighbour; that of the last ones are the first. */
    private long bits(int down, int across) {
        int side = ViewStatistics.SIDE;
        long darker = 0;
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                long other = bits[side * ((row + down) % side) + (column + across) % side];
                darker = darker << 1 | (bits[side * row + column] < other ? 1 : 0);
            }
        }
        return darker;
    }

    /** The digest of a picture as it was sent. */
    static long digest(byte[] sent) {
        CRC32C sum = new CRC32C();
        if (sent.length <= DIGESTED_PARTS * BYTES_PER_PART) {
            sum.update(sent);
        } else {
            for (int part = 0; part < DIGESTED_PARTS; part++) {
                long start = (long) (sent.length - BYTES_PER_PART) * part / (DIGESTED_PARTS - 1);
                sum.update(sent, (int) start, BYTES_PER_PART);
            }
        }
        return sum.getValue() << Integer.SIZE | sent.length;
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        sampled.release();
    }
}
