package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalTest {

    @Test
    void isWilsonsInterval() {
        // As statsmodels' proportion_confint(8, 10, method="wilson") prints it.
        Interval interval = Interval.wilson(0.8, 10);

        assertThat(interval.low()).isCloseTo(0.49016247153664183, within(1e-9));
        assertThat(interval.high()).isCloseTo(0.9433178485456247, within(1e-9));
    }

    @Test
    void isNotEmptyWhereAllAreRight() {
        Interval interval = Interval.wilson(1, 24);

        assertThat(interval.high()).isEqualTo(1);
        assertThat(interval.low()).isCloseTo(24 / (24 + 1.959963984540054 * 1.959963984540054), within(1e-9));
    }

    @Test
    void theMeanOfIndependentSharesIsSurerThanEach() {
        Interval half = Interval.wilson(0.5, 20);

        Interval mean = Interval.mean(List.of(half, half, half, half));

        assertThat(mean.estimate()).isEqualTo(0.5);
        assertThat(mean.estimate() - mean.low()).isCloseTo((half.estimate() - half.low()) / 2, within(1e-9));
        assertThat(mean.high() - mean.estimate()).isCloseTo((half.high() - half.estimate()) / 2, within(1e-9));
    }

    @Test
    void needsATrial() {
        assertThatThrownBy(() -> Interval.wilson(1, 0)).hasMessageContaining("0.0 trials");
    }
}
