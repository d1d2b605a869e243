package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.CropRounding;
import io.flinkvision.core.image.Preprocessing.InputGeometry;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Resampling.Axis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputGeometryTest {

    /** The longer side is rounded down, and half of an odd rest to the even neighbour. */
    @ParameterizedTest
    @CsvSource({
        "500, 375, 341, 256, 58, 16",
        "375, 500, 256, 341, 16, 58",
        "256, 256, 256, 256, 16, 16",
        "333, 500, 256, 384, 16, 80",
        "100, 101, 256, 258, 16, 17",
        "640, 427, 383, 256, 80, 16",
        "300, 297, 258, 256, 17, 16",
        "1, 16384, 256, 4194304, 16, 2097040"
    })
    void theShorterSideRuleRoundsAsTorchvisionDoes(
            int width, int height, int resizedWidth, int resizedHeight, int left, int top) {
        assertThat(geometry(width, height, new ResizeRule.ShorterSide(256))).isEqualTo(new InputGeometry(
                new Axis(width, resizedWidth, left, 224), new Axis(height, resizedHeight, top, 224), 0, 0));
    }

    /** TensorFlow's crop: half of an odd rest is rounded down; all else is the same. */
    @ParameterizedTest
    @CsvSource({"500, 375, 341, 256, 58, 16", "640, 427, 383, 256, 79, 16", "100, 101, 256, 258, 16, 17",
        "300, 301, 256, 256, 16, 16", "334, 336, 256, 257, 16, 16", "338, 340, 256, 257, 16, 16",
        "331, 335, 256, 259, 16, 17"})
    void theShorterSideRuleCanRoundTheCropDown(
            int width, int height, int resizedWidth, int resizedHeight, int left, int top) {
        assertThat(geometry(width, height, new ResizeRule.ShorterSide(256, CropRounding.DOWN)))
                .isEqualTo(new InputGeometry(new Axis(width, resizedWidth, left, 224),
                        new Axis(height, resizedHeight, top, 224), 0, 0));
    }

    @Test
    void aShorterSideOfTheInputSizeIsNotCropped() {
        assertThat(geometry(448, 448, new ResizeRule.ShorterSide(224))).isEqualTo(new InputGeometry(
                new Axis(448, 224, 0, 224), new Axis(448, 224, 0, 224), 0, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "448, 224, 224, 112, 0, 56",
        "224, 448, 112, 224, 56, 0",
        "500, 375, 224, 168, 0, 28",
        "500, 333, 224, 149, 0, 37",
        "10, 10, 224, 224, 0, 0",
        "16384, 1, 224, 1, 0, 111"
    })
    void theLetterboxRuleFitsAndCentresTheWholePicture(
            int width, int height, int boxWidth, int boxHeight, int left, int top) {
        assertThat(geometry(width, height, new ResizeRule.Letterbox(0))).isEqualTo(new InputGeometry(
                new Axis(width, boxWidth, 0, boxWidth), new Axis(height, boxHeight, 0, boxHeight), left, top));
    }

    @Test
    void theStretchRuleFillsTheSquare() {
        assertThat(geometry(640, 3, new ResizeRule.Stretch())).isEqualTo(new InputGeometry(
                new Axis(640, 224, 0, 224), new Axis(3, 224, 0, 224), 0, 0));
    }

    private static InputGeometry geometry(int width, int height, ResizeRule rule) {
        return InputGeometry.of(width, height, new Preprocessing(
                224, rule, Interpolation.BILINEAR, ChannelOrder.RGB, Preprocessing.IMAGENET_MEAN,
                Preprocessing.IMAGENET_STANDARD_DEVIATION));
    }
}
