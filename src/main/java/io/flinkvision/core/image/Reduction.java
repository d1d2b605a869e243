package io.flinkvision.core.image;

import io.flinkvision.core.image.Preprocessing.InputGeometry;
import io.flinkvision.core.image.Resampling.Axis;
import java.io.Serializable;
import java.util.List;
import java.util.function.Predicate;
import org.opencv.imgcodecs.Imgcodecs;

/**
 * Whether a JPEG is decoded at a half, a quarter or an eighth of its size where the network's input needs no more. Most
 * of the work falls away, but libjpeg's reduction is another filter than the one that the networks were trained with,
 * so that some pictures get other labels.
 *
 * @param margin minimum ratio, on each axis, of the decoded pixels to those of the resized picture, at least 1;
 *     infinite to reduce none
 */
public record Reduction(double margin) implements Serializable {

    /** Every picture is decoded in all its pixels. */
    public static final Reduction NONE = new Reduction(Double.POSITIVE_INFINITY);

    /** Changes no label that is clearly ahead, by the figures of {@code docs/levers.md}. */
    public static final Reduction AUTO = new Reduction(2);

    /** Reduces more pictures, and further: more of them get other labels. */
    public static final Reduction FASTER = new Reduction(1.4);

    /** Of the job, and of all that answers as the job does: the command line, SQL and teaching. */
    public static final Reduction DEFAULT = NONE;

    /** The values of {@code decode.reduced}, as the option's table names them. */
    public static final String SETTINGS = "auto, true, false";

    public Reduction {
        if (!(margin >= 1)) {
            throw new IllegalArgumentException("The margin of a reduction must be at least 1, not " + margin);
        }
    }

    /**
     * Reads a value of {@code decode.reduced}.
     *
     * @throws IllegalArgumentException if it is none of {@link #SETTINGS}
     */
    public static Reduction of(String setting) {
        return switch (setting) {
            case "auto" -> AUTO;
            case "true" -> FASTER;
            case "false" -> NONE;
            default -> throw new IllegalArgumentException(
                    "must be one of " + SETTINGS + ", not '" + setting + "'");
        };
    }

    /** What {@link #of(String)} reads, or a margin that has no name. */
    @Override
    public String toString() {
        return equals(AUTO) ? "auto" : equals(FASTER) ? "true" : equals(NONE) ? "false" : "margin " + margin;
    }

    /** The smallest scale that suffices for all views of an upright picture of this size. */
    JpegScale scale(int width, int height, List<View> views, Preprocessing preprocessing) {
        JpegScale largest = JpegScale.EIGHTH;
        for (View view : views) {
            JpegScale scale = scale(InputGeometry.of(view, width, height, preprocessing));
            largest = scale.divisor() < largest.divisor() ? scale : largest;
        }
        return largest;
    }

    private JpegScale scale(InputGeometry geometry) {
        return JpegScale.smallest(
                scale -> leavesTheMargin(geometry.columns(), scale) && leavesTheMargin(geometry.rows(), scale));
    }

    private boolean leavesTheMargin(Axis axis, JpegScale scale) {
        return axis.from() >= scale.divisor() * margin * axis.to();
    }

    /** libjpeg's scales: of each block of 8 x 8 samples only some frequencies become pixels. */
    enum JpegScale {
        WHOLE(1, Imgcodecs.IMREAD_COLOR),
        HALF(2, Imgcodecs.IMREAD_REDUCED_COLOR_2),
        QUARTER(4, Imgcodecs.IMREAD_REDUCED_COLOR_4),
        /** No inverse cosine transform is computed at all. */
        EIGHTH(8, Imgcodecs.IMREAD_REDUCED_COLOR_8);

        private final int divisor;
        private final int colourFlag;

        JpegScale(int divisor, int colourFlag) {
            this.divisor = divisor;
            this.colourFlag = colourFlag;
        }

        /** The pixels of the whole picture that become one, along each axis. */
        int divisor() {
            return divisor;
        }

        /** OpenCV's flag to decode at this scale in three channels. */
        int colourFlag() {
            return colourFlag;
        }

        /** The pixels of a side at this scale, rounded up: the last one then lies partly outside the picture. */
        int pixels(int side) {
            return (side + divisor - 1) / divisor;
        }

        /** The smallest scale that suffices, or else the whole. */
        static JpegScale smallest(Predicate<JpegScale> suffices) {
            for (int i = values().length - 1; i > 0; i--) {
                if (suffices.test(values()[i])) {
                    return values()[i];
                }
            }
            return WHOLE;
        }
    }
}
