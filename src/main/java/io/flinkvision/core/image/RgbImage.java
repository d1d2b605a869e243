package io.flinkvision.core.image;

/**
 * A picture of 8-bit samples on the Java heap.
 *
 * @param width pixels a row
 * @param height rows
 * @param samples {@code [height, width, 3]}, row-major, red, green, blue; not copied, so neither side may change it
 */
public record RgbImage(int width, int height, byte[] samples) {

    public RgbImage {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("A picture of " + width + " x " + height + " pixels");
        }
        if (samples.length != 3L * width * height) {
            throw new IllegalArgumentException("A picture of " + width + " x " + height + " pixels has "
                    + 3L * width * height + " samples, not " + samples.length);
        }
    }
}
