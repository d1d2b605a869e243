package io.flinkvision.core.image;

import io.flinkvision.core.image.Resampling.Axis;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * The steps from a picture to a network's input. They are part of the model and kept with its weights, because a
 * network is accurate only on inputs that are prepared as in its training.
 *
 * <p>The steps are those of torchvision's and timm's evaluation: resize by {@code resize} with an anti-aliased
 * {@code interpolation} of 8-bit samples, crop the centre to {@code inputSize x inputSize}, then for each channel
 * {@code (value / 255 - mean) / standardDeviation}.
 *
 * @param inputSize side of the square input in pixels; a MobileNetV3 wants a multiple of 32, because it halves it five
 *     times
 * @param resize how the picture's size and shape become the input's
 * @param interpolation the resize filter
 * @param channelOrder the order of the input's channels
 * @param mean mean of each channel, in {@code channelOrder}, of samples scaled to [0, 1]
 * @param standardDeviation standard deviation of each channel, likewise; positive
 */
public record Preprocessing(
        int inputSize,
        ResizeRule resize,
        Interpolation interpolation,
        ChannelOrder channelOrder,
        List<Float> mean,
        List<Float> standardDeviation)
        implements Serializable {

    /** Mean of the ImageNet training set's red, green and blue, as torchvision and timm use it. */
    public static final List<Float> IMAGENET_MEAN = List.of(0.485f, 0.456f, 0.406f);

    /** Standard deviation of the ImageNet training set's red, green and blue, as torchvision and timm use it. */
    public static final List<Float> IMAGENET_STANDARD_DEVIATION = List.of(0.229f, 0.224f, 0.225f);

    /** The filter of a resize; every one is widened to the shrink factor, as Pillow does, so that nothing aliases. */
    public enum Interpolation { NEAREST, BILINEAR, BICUBIC }

    /** The order in which a network expects its channels. */
    public enum ChannelOrder { RGB, BGR }

    /** The start of a centre crop if the margin is odd and cannot be halved. */
    public enum CropRounding {
        /** At the even neighbour of the half, as torchvision's {@code CenterCrop} and all that use it. */
        HALF_EVEN,
        /** Below the half, as TensorFlow's {@code central_crop} and Keras's {@code CenterCrop}. */
        DOWN
    }

    /** The rule from the picture's size and shape to the input's. */
    public sealed interface ResizeRule extends Serializable {

        /** The whole picture is resized to the input's square; its aspect ratio is lost. */
        record Stretch() implements ResizeRule {}

        /**
         * The shorter side is resized to {@code length} pixels, the aspect ratio kept, and the centre is cropped.
         *
         * @param length pixels, at least the input size
         * @param cropRounding where the crop begins
         */
        record ShorterSide(int length, CropRounding cropRounding) implements ResizeRule {

            /** A rule that crops as torchvision does. */
            public ShorterSide(int length) {
                this(length, CropRounding.HALF_EVEN);
            }

            public ShorterSide {
                Objects.requireNonNull(cropRounding, "cropRounding");
                if (length < 1) {
                    throw new IllegalArgumentException("The shorter side must be at least 1 pixel, not " + length);
                }
            }
        }

        /**
         * The longer side is resized to the input size, the aspect ratio kept, and the rest is filled.
         *
         * @param fill grey value of the bars, 0 to 255
         */
        record Letterbox(int fill) implements ResizeRule {
            public Letterbox {
                if (fill < 0 || fill > 255) {
                    throw new IllegalArgumentException("The fill of a letterbox must be from 0 to 255, not " + fill);
                }
            }
        }
    }

    public Preprocessing {
        if (inputSize < 1) {
            throw new IllegalArgumentException("The input size must be at least 1 pixel, not " + inputSize);
        }
        Objects.requireNonNull(resize, "resize");
        Objects.requireNonNull(interpolation, "interpolation");
        Objects.requireNonNull(channelOrder, "channelOrder");
        if (resize instanceof ResizeRule.ShorterSide shorter && shorter.length() < inputSize) {
            throw new IllegalArgumentException("A shorter side of " + shorter.length()
                    + " pixels cannot hold a crop of " + inputSize);
        }
        mean = List.copyOf(mean);
        standardDeviation = List.copyOf(standardDeviation);
        if (mean.size() != 3 || !mean.stream().allMatch(Float::isFinite)) {
            throw new IllegalArgumentException("The mean needs three finite values, one per channel, not " + mean);
        }
        if (standardDeviation.size() != 3 || !standardDeviation.stream().allMatch(s -> s > 0 && Float.isFinite(s))) {
            throw new IllegalArgumentException("The standard deviation needs three positive finite values, one a"
                    + " channel, not " + standardDeviation);
        }
    }

    /**
     * Whether a picture that was resized and cropped for another network serves this one too: the normalisation, which
     * is done on the way into the network, may differ.
     */
    public boolean takesPixelsOf(Preprocessing other) {
        return inputSize == other.inputSize
                && resize.equals(other.resize)
                && interpolation == other.interpolation;
    }

    /**
     * The place of a picture in the network's square: the resize rule in numbers, rounded as torchvision rounds them
     * ({@code torchvision.transforms.Resize} and {@code CenterCrop}), except for a crop that the rule rounds
     * differently.
     *
     * @param columns from the picture's columns to the wanted ones
     * @param rows likewise
     * @param left the square's column where they start
     * @param top the square's row where they start
     */
    record InputGeometry(Axis columns, Axis rows, int left, int top) {

        /** The place of a view of a picture of this size; a region is stretched, whatever the rule. */
        static InputGeometry of(View view, int width, int height, Preprocessing preprocessing) {
            int shownWidth = view.columns(width).length();
            int shownHeight = view.rows(height).length();
            return view instanceof View.Region
                    ? stretched(shownWidth, shownHeight, preprocessing.inputSize())
                    : of(shownWidth, shownHeight, preprocessing);
        }

        static InputGeometry of(int width, int height, Preprocessing preprocessing) {
            int size = preprocessing.inputSize();
            if (preprocessing.resize() instanceof ResizeRule.ShorterSide shorter) {
                int shorterSide = Math.min(width, height);
                int resizedWidth = resized(width, shorter.length(), shorterSide);
                int resizedHeight = resized(height, shorter.length(), shorterSide);
                return new InputGeometry(
                        new Axis(width, resizedWidth, cropStart(resizedWidth, size, shorter.cropRounding()), size),
                        new Axis(height, resizedHeight, cropStart(resizedHeight, size, shorter.cropRounding()), size),
                        0, 0);
            }
            if (preprocessing.resize() instanceof ResizeRule.Letterbox) {
                int longerSide = Math.max(width, height);
                int boxWidth = (int) Math.max(1, Math.round((double) width * size / longerSide));
                int boxHeight = (int) Math.max(1, Math.round((double) height * size / longerSide));
                return new InputGeometry(
                        new Axis(width, boxWidth, 0, boxWidth), new Axis(height, boxHeight, 0, boxHeight),
                        (size - boxWidth) / 2, (size - boxHeight) / 2);
            }
            return stretched(width, height, size);
        }

        private static InputGeometry stretched(int width, int height, int size) {
            return new InputGeometry(new Axis(width, size, 0, size), new Axis(height, size, 0, size), 0, 0);
        }

        private static int resized(int side, int length, int shorterSide) {
            return (int) ((long) length * side / shorterSide);
        }

        /** Half of what is left over. */
        private static int cropStart(int side, int crop, CropRounding rounding) {
            return switch (rounding) {
                // As Python's round.
                case HALF_EVEN -> (int) Math.rint((side - crop) / 2.0);
                case DOWN -> (side - crop) / 2;
            };
        }
    }
}
