package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.mobilenet.Layer.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TensorFlow's rule, by its documentation of {@code tf.nn} ("Notes on padding"). */
class SamePaddingTest {

    @ParameterizedTest
    @CsvSource({
        "224, 3, 2, 0, 1",
        "225, 3, 2, 1, 1",
        "112, 5, 2, 1, 2",
        "7,   5, 2, 2, 2",
        "56,  3, 1, 1, 1",
        "56,  5, 1, 2, 2",
        "56,  1, 1, 0, 0",
        "56,  1, 2, 0, 0"
    })
    void putsTheOddZeroAfterTheLastRow(int size, int kernel, int stride, int before, int after) {
        assertThat(Padding.SAME.before(size, kernel, stride)).isEqualTo(before);
        assertThat(Padding.SAME.after(size, kernel, stride)).isEqualTo(after);
    }

    @Test
    void makesTheOutputTheInputOverTheStrideRoundedUp() {
        for (int size = 1; size <= 64; size++) {
            for (int stride = 1; stride <= 2; stride++) {
                for (int kernel = 1; kernel <= 5; kernel += 2) {
                    assertThat(Padding.SAME.outputSize(size, kernel, stride))
                            .as("size %d, kernel %d, stride %d", size, kernel, stride)
                            .isEqualTo((size + stride - 1) / stride);
                }
            }
        }
    }
}
