package io.flinkvision.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatencyWindowTest {

    @Test
    void aPercentileIsTheSmallestValueThatSoManyAreNotAbove() {
        double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();

        assertThat(LatencyWindow.percentile(hundred, 50)).isEqualTo(50);
        assertThat(LatencyWindow.percentile(hundred, 99)).isEqualTo(99);
        assertThat(LatencyWindow.percentile(hundred, 100)).isEqualTo(100);
        assertThat(LatencyWindow.percentile(new double[] {7}, 99)).isEqualTo(7);
        assertThat(hundred[0]).isEqualTo(100);
    }

    @Test
    void aPercentileOfNothingOrOutsideOfAHundredIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> LatencyWindow.percentile(new double[0], 50));
        assertThatIllegalArgumentException().isThrownBy(() -> LatencyWindow.percentile(new double[1], 0));
        assertThatIllegalArgumentException().isThrownBy(() -> LatencyWindow.percentile(new double[1], 101));
    }

    @Test
    void forgetsAllButTheLastValues() {
        LatencyWindow window = new LatencyWindow(3);
        assertThat(window.percentile(50)).isEmpty();

        window.add(-1);
        assertThat(window.percentile(50)).hasValue(-1);
        for (int value = 1; value <= 4; value++) {
            window.add(value);
        }

        assertThat(window.percentile(1)).hasValue(2);
        assertThat(window.percentile(100)).hasValue(4);
    }
}
