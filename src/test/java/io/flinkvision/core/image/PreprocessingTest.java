package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessingTest {

    private static final List<Float> MEAN = Preprocessing.IMAGENET_MEAN;
    private static final List<Float> DEVIATION = Preprocessing.IMAGENET_STANDARD_DEVIATION;

    @ParameterizedTest
    @ValueSource(ints = {0, -32})
    void refusesAnInputWithoutPixels(int inputSize) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> preprocessing(inputSize, new ResizeRule.Stretch(), MEAN, DEVIATION))
                .withMessage("The input size must be at least 1 pixel, not " + inputSize);
    }

    @Test
    void refusesAShorterSideThatCannotHoldTheCrop() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> preprocessing(224, new ResizeRule.ShorterSide(223), MEAN, DEVIATION))
                .withMessageContainingAll("223", "224");
        assertThat(preprocessing(224, new ResizeRule.ShorterSide(224), MEAN, DEVIATION).inputSize()).isEqualTo(224);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void refusesAShorterSideWithoutPixels(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResizeRule.ShorterSide(length)).withMessageEndingWith("not " + length);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void refusesAFillThatIsNoSample(int fill) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResizeRule.Letterbox(fill)).withMessageEndingWith("not " + fill);
    }

    static Stream<List<Float>> wrongMeans() {
        return Stream.of(List.of(), List.of(0.5f), List.of(0f, 0f, 0f, 0f), List.of(0f, Float.NaN, 0f),
                List.of(Float.POSITIVE_INFINITY, 0f, 0f));
    }

    @ParameterizedTest
    @MethodSource("wrongMeans")
    void refusesAMeanThatHasNotThreeFiniteValues(List<Float> mean) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> preprocessing(224, new ResizeRule.Stretch(), mean, DEVIATION))
                .withMessageContaining("mean").withMessageEndingWith("not " + mean);
    }

    static Stream<List<Float>> wrongDeviations() {
        return Stream.of(List.of(), List.of(1f, 1f), List.of(1f, 0f, 1f), List.of(1f, 1f, -1f),
                List.of(Float.NaN, 1f, 1f), List.of(1f, Float.POSITIVE_INFINITY, 1f));
    }

    @ParameterizedTest
    @MethodSource("wrongDeviations")
    void refusesAStandardDeviationThatHasNotThreePositiveFiniteValues(List<Float> deviation) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> preprocessing(224, new ResizeRule.Stretch(), MEAN, deviation))
                .withMessageContaining("standard deviation").withMessageEndingWith("not " + deviation);
    }

    @Test
    void travelsToTheTaskManagersUnchanged() throws Exception {
        for (ResizeRule rule : List.of(
                new ResizeRule.Stretch(), new ResizeRule.ShorterSide(256), new ResizeRule.Letterbox(114))) {
            Preprocessing preprocessing = preprocessing(224, rule, MEAN, DEVIATION);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new ObjectOutputStream(bytes).writeObject(preprocessing);

            assertThat(new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject())
                    .isEqualTo(preprocessing);
        }
    }

    @Test
    void aPictureServesAnotherNetworkThatDiffersOnlyInTheNormalisation() {
        ResizeRule letterbox = new ResizeRule.Letterbox(114);
        Preprocessing one = preprocessing(224, letterbox, MEAN, DEVIATION);

        assertThat(one.takesPixelsOf(new Preprocessing(224, new ResizeRule.Letterbox(114), Interpolation.BILINEAR,
                ChannelOrder.BGR, DEVIATION, MEAN))).isTrue();
        assertThat(one.takesPixelsOf(preprocessing(192, letterbox, MEAN, DEVIATION))).isFalse();
        assertThat(one.takesPixelsOf(preprocessing(224, new ResizeRule.Letterbox(0), MEAN, DEVIATION))).isFalse();
        assertThat(one.takesPixelsOf(
                new Preprocessing(224, letterbox, Interpolation.BICUBIC, ChannelOrder.RGB, MEAN, DEVIATION))).isFalse();
    }

    private static Preprocessing preprocessing(
            int inputSize, ResizeRule resize, List<Float> mean, List<Float> deviation) {
        return new Preprocessing(inputSize, resize, Interpolation.BILINEAR, ChannelOrder.RGB, mean, deviation);
    }
}
