package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void theMedianIsTheMiddleOneOfAnOddNumberInWhateverOrder() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 9));
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(4.0, 1.0, 100.0, 2.0))).isEqualTo(new Spread(3, 1, 100));
    }

    @Test
    void ofNothingThereIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Spread(1, 2, 3));
    }

    @Test
    void aPercentileIsTheValueThatSoManyAreNotAbove() {
        double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();

        assertThat(Spread.percentile(hundred, 50)).isEqualTo(50);
        assertThat(Spread.percentile(hundred, 99)).isEqualTo(99);
        assertThat(Spread.percentile(hundred, 100)).isEqualTo(100);
        assertThat(Spread.percentile(new double[] {7}, 99)).isEqualTo(7);
        assertThat(hundred[0]).isEqualTo(100);
    }

    @Test
    void aPercentileOfNothingOrOutsideOfAHundredIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.percentile(new double[0], 50));
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.percentile(new double[1], 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.percentile(new double[1], 101));
    }
}
