package io.flinkvision.tools.discover;

import java.util.Optional;

/**
 * The size of a stream's frames in pixels.
 *
 * @param width from 1 to 65,535
 * @param height from 1 to 65,535
 */
record FrameSize(int width, int height) {

    private static final int MAX_SIDE = 65_535;

    FrameSize {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw new IllegalArgumentException("A frame is not " + width + "x" + height);
        }
    }

    /** The size of two numbers; empty if they are none. */
    static Optional<FrameSize> parse(String width, String height) {
        try {
            return Optional.of(new FrameSize(Integer.parseInt(width), Integer.parseInt(height)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    int smallerSide() {
        return Math.min(width, height);
    }

    long pixels() {
        return (long) width * height;
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
