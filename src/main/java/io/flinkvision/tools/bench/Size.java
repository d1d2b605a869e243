package io.flinkvision.tools.bench;

/** The size of a picture in pixels. */
public record Size(int width, int height) {

    private static final int MAX_SIDE = 16_384;

    public Size {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "Width and height must be from 1 to " + MAX_SIDE + " pixels, not " + width + "x" + height);
        }
    }

    /**
     * Reads {@code WIDTHxHEIGHT}.
     *
     * @throws IllegalArgumentException if the text is not a size
     */
    public static Size parse(String text) {
        if (!text.matches("[0-9]{1,6}x[0-9]{1,6}")) {
            throw new IllegalArgumentException("A size is WIDTHxHEIGHT, such as 640x480, not '" + text + "'");
        }
        String[] sides = text.split("x");
        return new Size(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
