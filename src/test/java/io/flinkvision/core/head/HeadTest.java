package io.flinkvision.core.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.AllocatedBytes;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.weights.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {

    private static final String DIGEST = "ab".repeat(32);

    /** A unit vector of three features. */
    private static final float[] UNIT = {0.6f, 0.8f, 0};

    @TempDir
    Path folder;

    @Test
    void givesTheSoftmaxOfItsLogitsDividedByItsTemperature() {
        Head head = Head.of(description(2, Optional.empty(), "open", "closed", "away"),
                new float[] {1, 2, 3, -1, 0.5f, 0, 0, 4, 0}, new float[] {0.1f, -0.2f, 0.3f},
                new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1});

        List<Label> labels = head.answer(UNIT, 3).labels();

        double[] logits = {0.6 + 1.6 + 0.1, -0.6 + 0.4 - 0.2, 3.2 + 0.3};
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit / 2);
        }
        assertThat(labels).extracting(Label::label).containsExactly("away", "open", "closed");
        assertThat(labels).extracting(Label::index).containsExactly(2, 0, 1);
        for (Label label : labels) {
            assertThat((double) label.score()).isCloseTo(Math.exp(logits[label.index()] / 2) / sum, within(1e-6));
        }
    }

    @Test
    void givesTheLowerIndexFirstOfEqualScoresAndAtMostAsManyAsAreAskedFor() {
        Head head = Head.of(description(1, Optional.empty(), "a", "b", "c"), new float[9], new float[] {0, 1, 1},
                centroids(3));

        assertThat(head.answer(UNIT, 2).labels()).extracting(Label::label).containsExactly("b", "c");
        assertThat(head.answer(UNIT, 50).labels()).hasSize(3);
        assertThatIllegalArgumentException().isThrownBy(() -> head.answer(UNIT, 0)).withMessageEndingWith("not 0");
    }

    @Test
    void measuresTheDistanceToTheNearestCentroidOfAnyLength() {
        Head head = Head.of(description(1, Optional.empty(), "a", "b"), new float[6], new float[2],
                new float[] {0, 10, 0, 0.06f, 0.08f, 0.1f});

        HeadAnswer answer = head.answer(UNIT, 1);

        assertThat(answer.distance()).isCloseTo(1 - 0.8, within(1e-6));
        assertThat(answer.unknown()).isFalse();
        assertThat(head.answer(new float[] {0, -1, 0}, 1).distance()).isCloseTo(1 + 0.08 / Math.sqrt(0.02),
                within(1e-6));
    }

    @Test
    void hasADistanceFromZeroToTwoWhateverRoundingDoes() {
        float third = (float) (1 / Math.sqrt(3));
        Head head = Head.of(description(1, Optional.empty(), "a"), new float[3], new float[1],
                new float[] {third, third, third});
        float more = Math.nextUp(Math.nextUp(third));

        assertThat(head.answer(new float[] {more, more, more}, 1).distance()).isZero();
        assertThat(head.answer(new float[] {-more, -more, -more}, 1).distance()).isEqualTo(2);
    }

    @Test
    void callsUnknownWhatIsBeyondItsThreshold() {
        float[] centroids = {1, 0, 0};

        assertThat(one(Optional.of(0.5), centroids).answer(UNIT, 1).unknown()).isFalse();
        assertThat(one(Optional.of(0.3), centroids).answer(UNIT, 1).unknown()).isTrue();
        assertThat(one(Optional.empty(), centroids).answer(new float[] {0, 0, 1}, 1).unknown()).isFalse();
        assertThat(one(Optional.of(0.3), centroids).answer(UNIT, 1).labels()).hasSize(1);
    }

    @Test
    void isFarFromEveryLabelWhereNoFeatureIsSet() {
        HeadAnswer answer = one(Optional.of(0.9), new float[] {1, 0, 0}).answer(new float[3], 1);

        assertThat(answer.distance()).isEqualTo(1);
        assertThat(answer.unknown()).isTrue();
        assertThat(answer.labels()).extracting(Label::score).containsExactly(1f);
    }

    @Test
    void isSureWhereTheTemperatureIsTinyAndTheLogitsAreHuge() {
        Head head = Head.of(description(Double.MIN_VALUE, Optional.empty(), "a", "b"),
                new float[] {Float.MAX_VALUE, 0, 0, -Float.MAX_VALUE, 0, 0}, new float[2], centroids(2));

        assertThat(head.answer(UNIT, 2).labels()).extracting(Label::score).containsExactly(1f, 0f);
    }

    /** Any number of heads answer per picture, so none may copy its weights. */
    @Test
    void allocatesItsLabelsAndLittleElse() {
        Head head = Head.of(description(1, Optional.of(0.3), "a", "b"), new float[2000], new float[2], ones(2000));
        float[] unit = new float[1000];
        unit[7] = 1;

        assertThat(AllocatedBytes.inTheSteadyState(() -> head.answer(unit, 2))).isBetween(1L, 500L);
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void refusesFeaturesOfAnotherNetwork() {
        Head head = one(Optional.empty(), new float[] {1, 0, 0});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> head.answer(new float[4], 1)).withMessageContaining("takes 3 features, not 4");
    }

    @Test
    void isWrittenTheSameEachTimeAndReadAsItWasWritten() throws Exception {
        Head head = one(Optional.of(0.25), new float[] {1, 2, 3});
        Head again = one(Optional.of(0.25), new float[] {1, 2, 3});
        Path file = Files.write(folder.resolve("gate.safetensors"), head.bytes());

        Head read = Head.read(file);

        assertThat(again.bytes()).isEqualTo(head.bytes());
        assertThat(read).isEqualTo(head).hasSameHashCodeAs(head);
        assertThat(read.digest()).isEqualTo(Sha256.of(file));
        assertThat(read.description()).isEqualTo(head.description());
        assertThat(read.features()).isEqualTo(3);
        assertThat(read.answer(UNIT, 1)).isEqualTo(head.answer(UNIT, 1));
        assertThat(read).hasToString("gate (SHA-256 " + head.digest() + ")");
        assertThat(one(Optional.of(0.26), new float[] {1, 2, 3})).isNotEqualTo(head);
    }

    @Test
    void refusesArraysThatDoNotFitItsLabels() {
        HeadDescription description = description(1, Optional.empty(), "a", "b");
        for (float[][] arrays : new float[][][] {
            {new float[5], new float[2], new float[5]}, {{}, new float[2], {}},
        }) {
            assertThatExceptionOfType(ModelException.class)
                    .isThrownBy(() -> Head.of(description, arrays[0], arrays[1], arrays[2]))
                    .withMessageStartingWith("head gate: tensor weight has ");
        }
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> Head.of(description, new float[6], new float[3], new float[6]))
                .withMessage("head gate: tensor bias has 3 elements, not 2");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> Head.of(description, new float[6], new float[2], new float[4]))
                .withMessage("head gate: tensor centroids has 4 elements, not 6");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void refusesToBeMadeOfWhatIsNotFinite(float element) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> one(Optional.empty(), new float[] {1, element, 0}))
                .withMessageStartingWith("head gate: element 1 of tensor centroids is " + element);
    }

    @Test
    void answersOnlyOnTheNetworkThatItWasTaughtOn() {
        Head head = one(Optional.empty(), new float[] {1, 0, 0});

        assertThatNoException().isThrownBy(() -> head.requireTaughtOn(new Backbone(DIGEST, 3)));
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> head.requireTaughtOn(new Backbone("cd".repeat(32), 3)))
                .withMessageContainingAll("gate", DIGEST, "cd".repeat(32));
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> head.requireTaughtOn(new Backbone(DIGEST, 576)))
                .withMessageContainingAll("gate takes 3 features", "gives 576");
    }

    private static Head one(Optional<Double> threshold, float[] centroids) {
        return Head.of(description(1, threshold, "only"), new float[] {1, 2, 3}, new float[] {0.5f}, centroids);
    }

    private static HeadDescription description(double temperature, Optional<Double> threshold, String... labels) {
        return new HeadDescription("gate", List.of(labels), DIGEST, temperature, threshold,
                Instant.parse("2026-01-31T12:00:00Z"), 40, Optional.of(0.95));
    }

    private static float[] centroids(int labels) {
        float[] centroids = new float[3 * labels];
        for (int label = 0; label < labels; label++) {
            centroids[3 * label + label] = 1;
        }
        return centroids;
    }
}
