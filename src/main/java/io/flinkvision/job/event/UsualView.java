package io.flinkvision.job.event;

import io.flinkvision.core.image.ViewStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

/**
 * The view that a camera usually has: means over its pictures, of which older ones have less weight.
 *
 * @param from time of its first picture
 * @param until time of its last picture
 * @param weight of all pictures, of which the last one has 1
 * @param brightness mean of the pictures' brightness
 * @param colour likewise
 * @param contrast likewise, in parts of the brightness, which light that gets dimmer changes little
 * @param detail likewise
 * @param bits for each bit of the fingerprint how often it was set, from 0 to 1; not copied, so neither side may
 *     change it
 */
public record UsualView(Instant from, Instant until, double weight, double brightness, double colour, double contrast,
        double detail, float[] bits) {

    /** Bits of a fingerprint. */
    public static final int BITS = 2 * Long.SIZE;

    /** Pictures until it is known how much they differ. */
    private static final double MIN_WEIGHT = 8;

    /** How often at least a bit must have had the same value, of all the times more than half, to be compared. */
    private static final double MIN_STEADINESS = 0.5;

    /** So much of the fingerprint must be steady to be compared. */
    private static final double MIN_STEADY_BITS = 0.2 * BITS;

    /** Grey levels that are added to a brightness, so that darkness is not divided by. */
    private static final double BLACK = 8;

    /** The same of colour. */
    private static final double GREY = 1.5;

    /** So many times as bright or as dim is another light. */
    private static final double OTHER_LIGHT = Math.log(1.8);

    /** So many times as much colour or as little is a switch between colour and infrared. */
    private static final double OTHER_COLOUR = Math.log(3);

    /** @throws IllegalArgumentException if there is not one mean for each bit, or it has no weight */
    public UsualView {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(until, "until");
        if (bits.length != BITS) {
            throw new IllegalArgumentException("A usual view has " + BITS + " bits, not " + bits.length);
        }
        if (!(weight > 0)) {
            throw new IllegalArgumentException("A usual view must have a weight above 0, not " + weight);
        }
    }

    static UsualView of(Instant time, ViewStatistics view) {
        float[] bits = new float[BITS];
        for (int bit = 0; bit < BITS; bit++) {
            bits[bit] = bit(view, bit);
        }
        return new UsualView(time, time, 1, view.brightness(), view.colour(), relativeContrast(view),
                relativeDetail(view), bits);
    }

    /** With one more picture. */
    UsualView plus(Instant time, ViewStatistics view, Duration halfLife) {
        double age = (double) Duration.between(until, time).toMillis() / halfLife.toMillis();
        double sum = weight * Math.pow(2, -age) + 1;
        float part = (float) (1 / sum);
        float[] means = new float[BITS];
        for (int bit = 0; bit < BITS; bit++) {
            means[bit] = bits[bit] + (bit(view, bit) - bits[bit]) * part;
        }
        return new UsualView(from, time, sum, brightness + (view.brightness() - brightness) * part,
                colour + (view.colour() - colour) * part, contrast + (relativeContrast(view) - contrast) * part,
                detail + (relativeDetail(view) - detail) * part, means);
    }

    /** Whether it is known for long enough, and from enough pictures, to judge others by it. */
    boolean isKnownFor(Duration time) {
        return weight >= MIN_WEIGHT && Duration.between(from, until).compareTo(time) >= 0;
    }

    /**
     * How much of what is steady in the view is otherwise in a picture: 0 for the same scene, about a half for any
     * other one. 0 too where too little is steady.
     */
    double distance(ViewStatistics view) {
        double all = 0;
        double different = 0;
        for (int bit = 0; bit < BITS; bit++) {
            double steadiness = Math.abs(2 * bits[bit] - 1);
            if (steadiness >= MIN_STEADINESS) {
                all += steadiness;
                if (bits[bit] > 0.5 != bit(view, bit) > 0.5) {
                    different += steadiness;
                }
            }
        }
        return all < MIN_STEADY_BITS ? 0 : different / all;
    }

    /** Whether a picture was taken in another light: much brighter or dimmer, or of infrared and not of colours. */
    boolean isInOtherLight(ViewStatistics view) {
        return Math.abs(Math.log((view.brightness() + BLACK) / (brightness + BLACK))) > OTHER_LIGHT
                || Math.abs(Math.log((view.colour() + GREY) / (colour + GREY))) > OTHER_COLOUR;
    }

    /** The part of the usual contrast that a picture has. */
    double contrastOf(ViewStatistics view) {
        return contrast > 0 ? relativeContrast(view) / contrast : 1;
    }

    /** The part of the usual detail that a picture has. */
    double detailOf(ViewStatistics view) {
        return detail > 0 ? relativeDetail(view) / detail : 1;
    }

    private static double relativeContrast(ViewStatistics view) {
        return view.contrast() / (view.brightness() + BLACK);
    }

    private static double relativeDetail(ViewStatistics view) {
        return view.detail() / (view.brightness() + BLACK);
    }

    private static int bit(ViewStatistics view, int bit) {
        long half = bit < Long.SIZE ? view.across() : view.down();
        return (int) (half >>> (Long.SIZE - 1 - bit % Long.SIZE) & 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UsualView that && from.equals(that.from) && until.equals(that.until)
                && weight == that.weight && brightness == that.brightness && colour == that.colour
                && contrast == that.contrast && detail == that.detail && Arrays.equals(bits, that.bits);
    }

    @Override
    public int hashCode() {
        return Objects.hash(from, until, weight) + Arrays.hashCode(bits);
    }
}
