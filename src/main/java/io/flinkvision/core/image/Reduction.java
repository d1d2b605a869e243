package io.flinkvision.core.image;

import java.io.Serializable;

/**
 * Whether a JPEG is decoded at a half, a quarter or an eighth of its size where the network's input needs no more. Most
 * of the work falls away, but libjpeg's reduction is another filter than the one that the networks were trained with,
 * so that some pictures get other labels.
 *
 * @param margin how many times as many pixels as the resized picture has must be left on each axis, 1 at least;
 *     infinite where none is reduced
 */
public record Reduction(double margin) implements Serializable {

    /** Every picture is decoded in all its pixels. */
    public static final Reduction NONE = new Reduction(Double.POSITIVE_INFINITY);

    /** With the margin that {@code docs/levers.md} has figures of. */
    public static final Reduction ALLOWED = new Reduction(1.4);

    public Reduction {
        if (!(margin >= 1)) {
            throw new IllegalArgumentException("The margin of a reduction must be at least 1, not " + margin);
        }
    }

    /** {@link #ALLOWED} or {@link #NONE}. */
    public static Reduction of(boolean allowed) {
        return allowed ? ALLOWED : NONE;
    }

    /** The scale of an upright picture of so many pixels. */
    JpegScale scale(int width, int height, Preprocessing preprocessing) {
        InputGeometry geometry = InputGeometry.of(width, height, preprocessing);
        return JpegScale.smallest(scale -> width >= scale.divisor() * margin * geometry.columns().to()
                && height >= scale.divisor() * margin * geometry.rows().to());
    }
}
