package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LbfgsTest {

    @Test
    void findsTheMinimumOfAnIllConditionedQuadraticFunction() {
        int size = 50;
        Lbfgs.Objective quadratic = (point, gradient) -> {
            double value = 0;
            for (int i = 0; i < size; i++) {
                double curvature = Math.pow(10, 6.0 * i / size);
                double distance = point[i] - i;
                gradient[i] = curvature * distance;
                value += curvature * distance * distance / 2;
            }
            return value;
        };

        Lbfgs.Minimum minimum = Lbfgs.minimise(quadratic, new double[size], 1e-8, 10_000);

        assertThat(minimum.gradient()).isLessThanOrEqualTo(1e-8);
        for (int i = 0; i < size; i++) {
            assertThat(minimum.point()[i]).isCloseTo(i, within(1e-7));
        }
    }

    @Test
    void findsAMinimumThatIsFarFromTheStartAndWhoseCurvatureChangesGreatly() {
        // Softplus less a line: flat on one side, steep on the other; the minimum is at log(p / (1 - p)).
        Lbfgs.Objective objective = (point, gradient) -> {
            double value = 0;
            for (int i = 0; i < point.length; i++) {
                double share = (i + 1) / 100.0;
                gradient[i] = 1 / (1 + Math.exp(-point[i])) - share;
                value += (point[i] > 0 ? point[i] : 0) + Math.log1p(Math.exp(-Math.abs(point[i]))) - share * point[i];
            }
            return value;
        };

        double[] minimum = Lbfgs.minimise(objective, new double[] {300, -300, 5}, 1e-10, 10_000).point();

        for (int i = 0; i < minimum.length; i++) {
            double share = (i + 1) / 100.0;
            assertThat(minimum[i]).isCloseTo(Math.log(share / (1 - share)), within(1e-7));
        }
    }

    @Test
    void staysWhereItBeginsIfThatIsTheMinimum() {
        Lbfgs.Objective objective = (point, gradient) -> {
            gradient[0] = 2 * point[0];
            return point[0] * point[0];
        };

        assertThat(Lbfgs.minimise(objective, new double[1], 1e-6, 10))
                .satisfies(minimum -> assertThat(minimum.point()).containsExactly(0))
                .satisfies(minimum -> assertThat(minimum.evaluations()).isOne());
    }

    @Test
    void endsAfterItsEvaluationsWhereThereIsNoMinimum() {
        Lbfgs.Objective downhillForEver = (point, gradient) -> {
            gradient[0] = -1;
            return -point[0];
        };

        assertThat(Lbfgs.minimise(downhillForEver, new double[1], 1e-6, 30).evaluations()).isLessThanOrEqualTo(30);
    }

    @Test
    void endsWhereTheObjectiveIsNotANumber() {
        Lbfgs.Objective broken = (point, gradient) -> {
            gradient[0] = point[0] == 0 ? 1 : Double.NaN;
            return point[0] == 0 ? 0 : Double.NaN;
        };

        assertThat(Lbfgs.minimise(broken, new double[1], 1e-6, 1_000).point()).containsExactly(0);
    }
}
