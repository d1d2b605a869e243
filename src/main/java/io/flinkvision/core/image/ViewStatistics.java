package io.flinkvision.core.image;

import java.util.HexFormat;

/**
 * A few numbers about a whole picture, by which a camera that sees nothing, always the same or something else than it
 * should is recognised. They are of the decoded picture's grey levels, each the mean of several pixels, so that the
 * noise of a sensor counts for little. They are kept in four decimals.
 *
 * @param brightness mean luma, from 0 to 255
 * @param contrast standard deviation of the luma, from 0 to 128
 * @param detail mean difference of the luma to the right and to the lower neighbour, from 0 to 255
 * @param colour mean distance between the largest and the smallest of red, green and blue, from 0 to 255; near 0 in the
 *     infrared pictures of the night
 * @param across half of the fingerprint: a bit for each cell of a grid of 8 x 8, row by row from the highest bit on,
 *     set where the cell is darker than the one to the right of it
 * @param down the other half: set where the cell is darker than the one below it
 * @param digest of the picture's bytes as they were sent: equal bytes have equal digests
 */
public record ViewStatistics(double brightness, double contrast, double detail, double colour, long across, long down,
        long digest) {

    /** Cells along a side of the fingerprint's grid. */
    public static final int SIDE = 8;

    private static final double MAX_LEVEL = 255;
    private static final double MAX_DEVIATION = 128;
    private static final double PRECISION = 1e4;

    private static final int DIGITS_PER_HALF = 16;

    /** @throws IllegalArgumentException if a number is out of its bounds */
    public ViewStatistics {
        brightness = rounded("brightness", brightness, MAX_LEVEL);
        contrast = rounded("contrast", contrast, MAX_DEVIATION);
        detail = rounded("detail", detail, MAX_LEVEL);
        colour = rounded("colour", colour, MAX_LEVEL);
    }

    private static double rounded(String name, double value, double max) {
        if (!(value >= 0 && value <= max)) {
            throw new IllegalArgumentException("The " + name + " must be from 0 to " + max + ", not " + value);
        }
        return Math.round(value * PRECISION) / PRECISION;
    }

    /**
     * From the texts of {@link #fingerprint()} and {@link #digestText()}.
     *
     * @throws IllegalArgumentException if these are not hexadecimal digits, 32 and 16, or a number is out of its bounds
     */
    public static ViewStatistics of(double brightness, double contrast, double detail, double colour,
            String fingerprint, String digest) {
        if (fingerprint.length() != 2 * DIGITS_PER_HALF || digest.length() != DIGITS_PER_HALF) {
            throw new IllegalArgumentException("A fingerprint has " + 2 * DIGITS_PER_HALF + " hexadecimal digits and a"
                    + " digest " + DIGITS_PER_HALF + ", not " + fingerprint.length() + " and " + digest.length());
        }
        return new ViewStatistics(brightness, contrast, detail, colour,
                HexFormat.fromHexDigitsToLong(fingerprint, 0, DIGITS_PER_HALF),
                HexFormat.fromHexDigitsToLong(fingerprint, DIGITS_PER_HALF, 2 * DIGITS_PER_HALF),
                HexFormat.fromHexDigitsToLong(digest));
    }

    /**
     * Estimates the statistics of a picture of the same scene that was not decoded: its own digest, its own brightness
     * as far as a preview shows it, and the rest as it was.
     *
     * @param digest of its bytes
     * @param brighter difference of its mean luma to that of this picture, from -255 to 255
     */
    public ViewStatistics ofSameScene(long digest, double brighter) {
        return new ViewStatistics(Math.max(0, Math.min(MAX_LEVEL, brightness + brighter)), contrast, detail, colour,
                across, down, digest);
    }

    /** The 16 bytes of {@link #across} and {@link #down} in 32 lower-case hexadecimal digits. */
    public String fingerprint() {
        return HexFormat.of().toHexDigits(across) + HexFormat.of().toHexDigits(down);
    }

    /** The digest in 16 lower-case hexadecimal digits. */
    public String digestText() {
        return HexFormat.of().toHexDigits(digest);
    }

    /**
     * Whether both are of the same picture: the bytes are the same, or the pictures are so alike as no sensor with
     * noise makes two.
     */
    public boolean isSamePictureAs(ViewStatistics other) {
        return digest == other.digest
                || brightness == other.brightness && contrast == other.contrast && detail == other.detail
                        && colour == other.colour && across == other.across && down == other.down;
    }
}
