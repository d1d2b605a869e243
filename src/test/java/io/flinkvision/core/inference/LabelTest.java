package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTest {

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, 1.1f, Float.NaN})
    void refusesAScoreThatIsNoProbability(float score) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Label("cat", 0, score)).withMessageContainingAll("cat", String.valueOf(score));
    }

    @Test
    void refusesANegativeIndex() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Label("cat", -1, 0.5f)).withMessageContainingAll("cat", "-1");
    }

    @Test
    void takesTheEndsOfTheRange() {
        assertThat(new Label("cat", 0, 0).score()).isZero();
        assertThat(new Label("cat", 0, 1).score()).isEqualTo(1);
    }
}
