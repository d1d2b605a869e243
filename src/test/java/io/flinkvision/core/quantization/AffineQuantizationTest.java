package io.flinkvision.core.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.quantization.AffineQuantization.ValueRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AffineQuantizationTest {

    @ParameterizedTest
    @CsvSource({
        // range, its 255th part, what 0 becomes
        "-2, 3, 0.01960784314, 102", "0, 6, 0.02352941176, 0", "-3, 12, 0.05882352941, 51",
        // Ranges that do not hold 0 are widened to it.
        "2, 4, 0.01568627451, 0", "-5, -1, 0.01960784314, 255"})
    void coversARangeAndZero(float least, float largest, double scale, int zeroPoint) {
        AffineQuantization quantization = AffineQuantization.covering(new ValueRange(least, largest));

        assertThat((double) quantization.scale()).isCloseTo(scale, within(1e-8));
        assertThat(quantization.zeroPoint()).isEqualTo(zeroPoint);
        assertThat(quantization.dequantise(quantization.quantise(0))).isZero();
    }

    @Test
    void isNowhereInItsRangeFartherOffThanHalfAStep() {
        AffineQuantization quantization = AffineQuantization.covering(new ValueRange(-3, 12));

        // The zero point is a whole number, so the ends of the range may be half a step outside.
        for (double real = -2.97; real <= 11.97; real += 0.01) {
            assertThat(quantization.dequantise(quantization.quantise(real)))
                    .isCloseTo(real, within(quantization.scale() / 2 + 1e-6));
        }
    }

    @Test
    void takesTheOutermostNumberForWhatLiesOutside() {
        AffineQuantization quantization = new AffineQuantization(0.5f, 10);

        assertThat(quantization.quantise(-100)).isZero();
        assertThat(quantization.quantise(1000)).isEqualTo(255);
    }

    @Test
    void roundsHalvesToEvenAsOnnxDoes() {
        AffineQuantization quantization = new AffineQuantization(1, 10);

        assertThat(quantization.quantise(0.5)).isEqualTo(10);
        assertThat(quantization.quantise(1.5)).isEqualTo(12);
    }

    @Test
    void takesAValueThatIsAlwaysZero() {
        AffineQuantization quantization = AffineQuantization.covering(new ValueRange(0, 0));

        assertThat(quantization.dequantise(quantization.quantise(0))).isZero();
    }

    @Test
    void refusesWhatIsNoScaleOrZeroPoint() {
        assertThatIllegalArgumentException().isThrownBy(() -> new AffineQuantization(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new AffineQuantization(Float.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new AffineQuantization(1, 256))
                .withMessageContaining("256");
        assertThatIllegalArgumentException().isThrownBy(() -> new ValueRange(2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ValueRange(0, Float.POSITIVE_INFINITY));
    }
}
