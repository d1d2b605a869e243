package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogisticRegressionTest {

    private static final TeachingSet SET =
            new Clouds(0.4).add("gate open", 20).add("gate shut", 9).add("car", 13).set();

    private static LogisticRegression regression(TeachingSet set) {
        return new LogisticRegression(new FeatureMatrix(set.units()), set.targets(), set.labels().size());
    }

    @Test
    void theGradientIsThatOfFiniteDifferences() {
        LogisticRegression regression = regression(SET);
        Lbfgs.Objective objective = regression.objective(31.6, picture -> picture % 3 != 1);
        double[] point = regression.zero();
        Random random = new Random(3);
        for (int i = 0; i < point.length; i++) {
            point[i] = 3 * random.nextGaussian();
        }
        double[] gradient = new double[point.length];
        double[] ignored = new double[point.length];
        objective.evaluate(point, gradient);

        for (int i = 0; i < point.length; i++) {
            double[] moved = point.clone();
            moved[i] = point[i] + 1e-5;
            double above = objective.evaluate(moved, ignored);
            moved[i] = point[i] - 1e-5;
            double below = objective.evaluate(moved, ignored);
            assertThat(gradient[i]).as("derivative by parameter %d", i)
                    .isCloseTo((above - below) / 2e-5, within(1e-4));
        }
    }

    @Test
    void findsTheMinimumOfACaseThatIsKnownInClosedForm() {
        // Two labels at 1 and -1: W is w and -w, and the minimum has 2 C sigmoid(-2 w) = w.
        FeatureMatrix matrix = new FeatureMatrix(List.of(new float[] {1}, new float[] {-1}));
        LogisticRegression regression = new LogisticRegression(matrix, new int[] {0, 1}, 2);
        double c = 5;

        double[] fit = regression.fit(c, picture -> true, regression.zero(), 1e-10).parameters();

        assertThat(2 * c / (1 + Math.exp(2 * fit[0]))).isCloseTo(fit[0], within(1e-9));
        assertThat(fit[1]).isCloseTo(-fit[0], within(1e-9));
        assertThat(fit[2]).isCloseTo(0, within(1e-9));
    }

    @Test
    void withoutUsefulFeaturesTheBiasesAreTheLabelsFrequencies() {
        FeatureMatrix matrix = new FeatureMatrix(Collections.nCopies(4, new float[] {1}));
        LogisticRegression regression = new LogisticRegression(matrix, new int[] {0, 1, 1, 1}, 2);

        LogisticRegression.Fit fit = regression.fit(10, picture -> true, regression.zero(), 1e-9);

        double[][] logits = regression.logits(fit, new int[] {0});
        assertThat(logits[1][0] - logits[0][0]).isCloseTo(Math.log(3), within(1e-8));
    }

    @Test
    void theMinimumDoesNotDependOnWhereTheSearchBegins() {
        LogisticRegression regression = regression(SET);
        double[] elsewhere = regression.fit(10, picture -> true, regression.zero(), 1e-6).parameters();

        LogisticRegression.Fit fromZero = regression.fit(1000, picture -> true, regression.zero(), 1e-6);
        LogisticRegression.Fit fromElsewhere = regression.fit(1000, picture -> true, elsewhere, 1e-6);

        assertThat(fromZero.gradient()).isLessThanOrEqualTo(1e-6);
        assertThat(fromElsewhere.gradient()).isLessThanOrEqualTo(1e-6);
        int weights = SET.labels().size() * Clouds.FEATURES;
        for (int i = 0; i < weights; i++) {
            assertThat(fromElsewhere.parameters()[i]).isCloseTo(fromZero.parameters()[i], within(1e-4));
        }
    }

    @Test
    void picturesThatAreNotTaughtHaveNoInfluence() {
        LogisticRegression all = regression(SET);
        int[] others = SET.targets();
        for (int i = 0; i < others.length; i += 2) {
            others[i] = (others[i] + 1) % SET.labels().size();
        }
        LogisticRegression mislabelled =
                new LogisticRegression(new FeatureMatrix(SET.units()), others, SET.labels().size());

        assertThat(mislabelled.fit(100, picture -> picture % 2 == 1, all.zero(), 1e-6).parameters())
                .isEqualTo(all.fit(100, picture -> picture % 2 == 1, all.zero(), 1e-6).parameters());
    }
}
