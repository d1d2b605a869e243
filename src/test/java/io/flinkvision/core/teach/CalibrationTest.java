package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    /** Says 0 with these odds, a hundred times. */
    private static double[][] logits(double odds) {
        double[][] logits = new double[100][];
        Arrays.fill(logits, new double[] {Math.log(odds), 0});
        return logits;
    }

    private static int[] targets(int right) {
        int[] targets = new int[100];
        Arrays.fill(targets, right, 100, 1);
        return targets;
    }

    @Test
    void answersThatAreTooCertainAreCooledToTheirShareOfRightOnes() {
        // 0.99 said, 0.75 true.
        assertThat(Calibration.temperature(logits(99), targets(75)))
                .isCloseTo(Math.log(99) / Math.log(3), within(1e-9));
    }

    @Test
    void answersThatAreNotCertainEnoughAreLeftAsTheyAre() {
        assertThat(Calibration.temperature(logits(3), targets(99))).isEqualTo(1);
    }

    @Test
    void answersThatAreAllRightAreLeftAsTheyAre() {
        assertThat(Calibration.temperature(logits(3), targets(100))).isEqualTo(1);
    }

    @Test
    void theCalibrationErrorIsWhatIsSaidLessWhatIsTrue() {
        assertThat(Calibration.expectedCalibrationError(logits(9), targets(75), 1)).isCloseTo(0.15, within(1e-9));
        assertThat(Calibration.expectedCalibrationError(logits(9), targets(90), 1)).isCloseTo(0, within(1e-9));
    }

    @Test
    void theTemperatureDividesTheLogits() {
        assertThat(Calibration.negativeLogLikelihood(logits(9), targets(100), 1))
                .isCloseTo(-Math.log(0.9), within(1e-12));
        assertThat(Calibration.negativeLogLikelihood(logits(9), targets(100), 2))
                .isCloseTo(-Math.log(0.75), within(1e-12));
    }

    @Test
    void hugeLogitsDoNotOverflow() {
        assertThat(Softmax.logSum(new double[] {1e4, 1e4 - 1})).isCloseTo(1e4 + Math.log1p(Math.exp(-1)), within(1e-9));
        assertThat(Softmax.probabilities(new double[] {1e4, 0}, 1)).containsExactly(1, 0);
    }
}
