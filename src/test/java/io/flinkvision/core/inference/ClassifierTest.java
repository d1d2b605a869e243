package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierTest {

    private static final int SIZE = SmallNetwork.SIZE;

    @Test
    void givesTheSoftmaxOfTheLogits() {
        float[] logits = {0.5f, -1, 2.25f, 0};

        List<Label> labels = classify(logits, 4);

        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        assertThat(labels).extracting(Label::index).containsExactly(2, 0, 3, 1);
        assertThat(labels).extracting(Label::label).containsExactly("class 2", "class 0", "class 3", "class 1");
        for (Label label : labels) {
            assertThat((double) label.score()).isCloseTo(Math.exp(logits[label.index()]) / sum, within(1e-7));
        }
    }

    @Test
    void givesScoresThatSumUpToOne() {
        float[] logits = new float[1000];
        Random random = new Random(1);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (10 * random.nextGaussian());
        }

        assertThat(classify(logits, 1000).stream().mapToDouble(Label::score).sum()).isCloseTo(1, within(1e-5));
    }

    @Test
    void doesNotOverflowOnLargeLogits() {
        assertThat(classify(new float[] {1000, 1000, -1000}, 3))
                .extracting(Label::score).containsExactly(0.5f, 0.5f, 0f);
        assertThat(classify(new float[] {-Float.MAX_VALUE, Float.MAX_VALUE}, 2))
                .extracting(Label::score).containsExactly(1f, 0f);
    }

    @Test
    void givesTheLowerIndexFirstOfEqualScores() {
        assertThat(classify(new float[] {1, 2, 0, 2, 2}, 3)).extracting(Label::index).containsExactly(1, 3, 4);
        assertThat(classify(new float[] {0, 0, 0, 0}, 2)).extracting(Label::index).containsExactly(0, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 99, 100})
    void givesTheSameAsASortOfAllClasses(int topK) {
        float[] logits = new float[100];
        Random random = new Random(2);
        for (int i = 0; i < logits.length; i++) {
            // Few values, so that many are equal.
            logits[i] = random.nextInt(10);
        }
        Integer[] sorted = IntStream.range(0, 100).boxed().toArray(Integer[]::new);
        // A sort of objects keeps the order of equal ones.
        Arrays.sort(sorted, Comparator.comparing((Integer i) -> -logits[i]));

        assertThat(classify(logits, topK)).extracting(Label::index).containsExactly(Arrays.copyOf(sorted, topK));
    }

    @Test
    void givesAllClassesWhereMoreAreAskedFor() {
        assertThat(classify(new float[] {1, 2, 3}, 50)).extracting(Label::index).containsExactly(2, 1, 0);
    }

    @Test
    void isSureOfTheOnlyClass() {
        assertThat(classify(new float[] {-7}, 1)).containsExactly(new Label("class 0", 0, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void refusesToGiveNoLabels(int topK) {
        try (Classifier classifier = classifier(0, 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.classify(picture(0, 0, 0), topK)).withMessageEndingWith("not " + topK);
        }
    }

    @Test
    void classifiesEachPictureAnew() {
        // The logits are the averages of the three channels.
        byte[] network = SmallNetwork.of(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, new float[3]);
        OnnxRuntimeSession session = OnnxRuntimeSession.load(network, SIZE, 3);
        try (Classifier classifier = new Classifier(session, preprocessing(), List.of("red", "green", "blue"),
                Scores.LOGITS)) {
            assertThat(classifier.classify(picture(255, 0, 0), 1).get(0).label()).isEqualTo("red");
            assertThat(classifier.classify(picture(0, 255, 0), 1).get(0).label()).isEqualTo("green");
            assertThat(classifier.classify(picture(0, 0, 255), 1).get(0).label()).isEqualTo("blue");
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void namesAClassWhoseScoreIsNotFinite(float logit) {
        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> classify(new float[] {0, logit, 0}, 3))
                .withMessage("The network's score of class 1 (class 1) is " + logit);
    }

    @Test
    void takesProbabilitiesAsTheyAre() {
        try (Classifier classifier = probabilities(0.25f, 0.70001f, 0.05f)) {
            List<Label> labels = classifier.classify(picture(0, 0, 0), 3);

            assertThat(labels).extracting(Label::index).containsExactly(1, 0, 2);
            assertThat(labels).extracting(Label::score).containsExactly(0.70001f, 0.25f, 0.05f);
        }
    }

    @Test
    void forgivesProbabilitiesWhatRoundingDidToThem() {
        try (Classifier classifier = probabilities(1.00001f, -0.00001f)) {
            assertThat(classifier.classify(picture(0, 0, 0), 2)).extracting(Label::score).containsExactly(1f, 0f);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, 1.1f, 7, Float.NaN})
    void refusesProbabilitiesThatAreNone(float probability) {
        try (Classifier classifier = probabilities(0.5f, probability)) {
            assertThatExceptionOfType(InferenceException.class)
                    .isThrownBy(() -> classifier.classify(picture(0, 0, 0), 1))
                    .withMessageStartingWith("The network's score of class 1 (class 1) is " + probability);
        }
    }

    @Test
    void namesBothSizesOfAPictureThatDoesNotFit() {
        try (Classifier classifier = classifier(0, 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.classify(new RgbImage(64, 32, new byte[3 * 64 * 32]), 1))
                    .withMessage("The network takes pictures of 32 x 32 pixels, not 64 x 32");
        }
    }

    @Test
    void saysThatItIsClosedAndClosesOnce() {
        Classifier classifier = classifier(0, 1);
        classifier.close();
        classifier.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> classifier.classify(picture(0, 0, 0), 1)).withMessageContaining("closed");
    }

    @Test
    void closesASessionThatDoesNotFitItsLabels() {
        OnnxRuntimeSession session = OnnxRuntimeSession.load(SmallNetwork.ofConstantLogits(0, 1, 2), SIZE, 3);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Classifier(session, preprocessing(), List.of("a", "b"), Scores.LOGITS))
                .withMessageContainingAll("3 outputs", "2 labels");
        assertThatIllegalStateException().isThrownBy(session::input);
    }

    private static List<Label> classify(float[] logits, int topK) {
        try (Classifier classifier = classifier(logits)) {
            return classifier.classify(picture(1, 2, 3), topK);
        }
    }

    private static Classifier classifier(float... logits) {
        return classifier(logits, Scores.LOGITS);
    }

    private static Classifier probabilities(float... probabilities) {
        return classifier(probabilities, Scores.PROBABILITIES);
    }

    private static Classifier classifier(float[] logits, Scores scores) {
        byte[] network = SmallNetwork.ofConstantLogits(logits);
        return new Classifier(
                OnnxRuntimeSession.load(network, SIZE, logits.length),
                preprocessing(),
                IntStream.range(0, logits.length).mapToObj(i -> "class " + i).toList(),
                scores);
    }

    private static Preprocessing preprocessing() {
        return new Preprocessing(SIZE, new ResizeRule.Stretch(), Interpolation.BILINEAR, ChannelOrder.RGB,
                Preprocessing.IMAGENET_MEAN, Preprocessing.IMAGENET_STANDARD_DEVIATION);
    }

    private static RgbImage picture(int red, int green, int blue) {
        byte[] samples = new byte[3 * SIZE * SIZE];
        for (int i = 0; i < samples.length; i += 3) {
            samples[i] = (byte) red;
            samples[i + 1] = (byte) green;
            samples[i + 2] = (byte) blue;
        }
        return new RgbImage(SIZE, SIZE, samples);
    }
}
