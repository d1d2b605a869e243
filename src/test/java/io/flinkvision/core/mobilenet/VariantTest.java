package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariantTest {

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesAWidthMultiplierThatIsNotPositive(double widthMultiplier) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Variant(NetworkSize.SMALL, widthMultiplier, false, 1000))
                .withMessageContaining("width multiplier").withMessageEndingWith("not " + widthMultiplier);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void refusesANetworkWithoutClasses(int classes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Variant(NetworkSize.SMALL, 1, false, classes))
                .withMessageEndingWith("not " + classes);
    }

    @Test
    void refusesNoSize() {
        assertThatNullPointerException().isThrownBy(() -> new Variant(null, 1, false, 1)).withMessage("size");
    }

    @Test
    void mayHaveASingleClass() {
        assertThat(new Variant(NetworkSize.LARGE, 0.35, true, 1).classes()).isEqualTo(1);
    }
}
