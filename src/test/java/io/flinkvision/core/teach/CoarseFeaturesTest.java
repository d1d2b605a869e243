package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CoarseFeaturesTest {

    private static final TeachingSet SET =
            new Clouds(0.4).add("gate open", 20).add("gate shut", 9).add("car", 14).set();

    private static final int LABELS = 3;

    private final FeatureMatrix exact = new FeatureMatrix(SET.units());
    private final Random random = new Random(7);

    private double[][] randoms(int length) {
        double[][] randoms = new double[LABELS][length];
        for (double[] ofLabel : randoms) {
            for (int i = 0; i < length; i++) {
                ofLabel[i] = random.nextGaussian();
            }
        }
        return randoms;
    }

    private static double[][] copy(double[][] matrix) {
        double[][] copy = matrix.clone();
        for (int i = 0; i < copy.length; i++) {
            copy[i] = matrix[i].clone();
        }
        return copy;
    }

    private void assertSameProducts(Features coarse, Features expected) {
        double[][] ofPictures = randoms(expected.pictures());
        double[][] ofFeatures = randoms(expected.features());
        double[][] logits = copy(ofPictures);
        double[][] expectedLogits = copy(ofPictures);
        double[][] gradient = copy(ofFeatures);
        double[][] expectedGradient = copy(ofFeatures);

        coarse.multiply(ofFeatures, logits);
        expected.multiply(ofFeatures, expectedLogits);
        coarse.multiplyTransposed(ofPictures, gradient);
        expected.multiplyTransposed(ofPictures, expectedGradient);

        for (int label = 0; label < LABELS; label++) {
            assertThat(logits[label]).containsExactly(expectedLogits[label], within(1e-5));
            assertThat(gradient[label]).containsExactly(expectedGradient[label], within(1e-5));
        }
    }

    @Test
    void theProductsAreThoseOfDoublePrecisionButForRounding() {
        CoarseFeatures coarse = exact.coarse();

        assertSameProducts(coarse, exact);
        // Nothing is left of the call before.
        assertSameProducts(coarse, exact);
    }

    @Test
    void someOfThePicturesHaveTheirOwnProducts() {
        int[] some = {3, 40, 5, 7, 21, 22};

        assertSameProducts(exact.coarse().only(some), exact.only(some));
    }

    @Test
    void theMinimumOfCoarseFeaturesIsThatOfTheExactOnes() {
        LogisticRegression regression = new LogisticRegression(exact, SET.targets(), LABELS);
        LogisticRegression coarse = new LogisticRegression(exact.coarse(), SET.targets(), LABELS);

        double[] expected = regression.fit(100, picture -> picture % 4 != 0, regression.zero(), 1e-6).parameters();
        LogisticRegression.Fit fit = coarse.fit(100, picture -> picture % 4 != 0, regression.zero(), 1e-2);

        assertThat(fit.gradient()).isLessThanOrEqualTo(1e-2);
        for (int i = 0; i < LABELS * exact.features(); i++) {
            assertThat(fit.parameters()[i]).isCloseTo(expected[i], within(0.1));
        }
    }
}
