package io.flinkvision.core.image;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A box within a picture, in parts of the upright picture's width and height, so that it holds for every size that a
 * camera sends.
 *
 * @param x the left side, from 0 to 1
 * @param y the upper side, from 0 to 1
 * @param width above 0; {@code x + width} is at most 1
 * @param height above 0; {@code y + height} is at most 1
 */
public record RegionBox(double x, double y, double width, double height) implements Serializable {

    /** All of a picture. */
    public static final RegionBox WHOLE = new RegionBox(0, 0, 1, 1);

    /** Below this many pixels on a side there is little to see, and the box counts as {@link #isSmall small}. */
    public static final int SMALL_SIDE = 64;

    /** Tolerance for fractions that were rounded when they were written. */
    private static final double ROUNDING_TOLERANCE = 1e-6;

    /** @throws IllegalArgumentException if the box is empty, or not within the picture */
    public RegionBox {
        requireFraction("x", x);
        requireFraction("y", y);
        requireSide("width", width, "x", x);
        requireSide("height", height, "y", y);
    }

    /**
     * The box of four numbers.
     *
     * @param numbers x, y, width, height
     * @throws IllegalArgumentException if there are more or fewer, or they are no box within a picture
     */
    public static RegionBox of(List<Double> numbers) {
        if (numbers.size() != 4) {
            throw new IllegalArgumentException("must be four numbers, x, y, width and height, not " + numbers.size());
        }
        return new RegionBox(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
    }

    /**
     * Reads {@code x,y,width,height}.
     *
     * @throws IllegalArgumentException if it is no box within a picture
     */
    public static RegionBox parse(String text) {
        List<Double> numbers = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            try {
                numbers.add(Double.valueOf(part.strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("must be four numbers, x, y, width and height, not '" + text + "'");
            }
        }
        return of(numbers);
    }

    /** {@code x,y,width,height}, as {@link #parse} reads it. */
    public String text() {
        return Stream.of(x, y, width, height)
                .map(number -> BigDecimal.valueOf(number).stripTrailingZeros().toPlainString())
                .collect(Collectors.joining(","));
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("The box's " + name + " must be from 0 to 1, not " + value);
        }
    }

    private static void requireSide(String name, double side, String startName, double start) {
        if (!(side > 0 && side <= 1)) {
            throw new IllegalArgumentException("The box's " + name + " must be above 0 and at most 1, not " + side);
        }
        if (start + side > 1 + ROUNDING_TOLERANCE) {
            throw new IllegalArgumentException("The box ends outside the picture: its " + startName + " of " + start
                    + " and its " + name + " of " + side + " are more than 1");
        }
    }

    /**
     * Pixels along one axis.
     *
     * @param start the first pixel
     * @param length at least 1
     */
    public record Span(int start, int length) {

        /** Behind the last pixel. */
        public int end() {
            return start + length;
        }
    }

    /** The columns of the box in an upright picture of this width: its sides, each rounded to the nearest pixel. */
    public Span columns(int pictureWidth) {
        return span(x, width, pictureWidth);
    }

    /** The rows of the box in an upright picture of this height, likewise. */
    public Span rows(int pictureHeight) {
        return span(y, height, pictureHeight);
    }

    /** A box of less than a pixel is the pixel that it lies in. */
    private static Span span(double start, double length, int pixels) {
        int first = (int) Math.min(pixels - 1, Math.round(start * pixels));
        int end = (int) Math.min(pixels, Math.round((start + length) * pixels));
        return new Span(first, Math.max(1, end - first));
    }

    /** Whether the box has less than {@link #SMALL_SIDE} pixels on a side of an upright picture of this size. */
    public boolean isSmall(int pictureWidth, int pictureHeight) {
        return Math.min(columns(pictureWidth).length(), rows(pictureHeight).length()) < SMALL_SIDE;
    }
}
