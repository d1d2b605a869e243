package io.flinkvision.core.image;

import io.flinkvision.core.image.Preprocessing.CropRounding;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Resampling.Axis;

/**
 * The place of a picture in the network's square: the resize rule in numbers, rounded as torchvision rounds them
 * ({@code torchvision.transforms.Resize} and {@code CenterCrop}), save for a crop that the rule rounds otherwise.
 *
 * @param columns from the picture's columns to the wanted ones
 * @param rows likewise
 * @param left the square's column where they start
 * @param top the square's row where they start
 */
record InputGeometry(Axis columns, Axis rows, int left, int top) {

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
