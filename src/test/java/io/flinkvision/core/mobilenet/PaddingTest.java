package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.mobilenet.Layer.Padding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaddingTest {

    @ParameterizedTest
    @CsvSource({"224, 3, 1", "224, 3, 2", "7, 5, 2", "1, 1, 1"})
    void padsBothSidesByHalfTheKernel(int size, int kernel, int stride) {
        assertThat(Padding.SYMMETRIC.before(size, kernel, stride)).isEqualTo((kernel - 1) / 2);
        assertThat(Padding.SYMMETRIC.after(size, kernel, stride)).isEqualTo((kernel - 1) / 2);
    }

    /** PyTorch's Conv2d: floor((size + 2 padding - kernel) / stride) + 1. */
    @ParameterizedTest
    @CsvSource({
        "224, 3, 1, 224", "224, 3, 2, 112", "225, 3, 2, 113", "14, 5, 2, 7", "7, 5, 1, 7", "7, 5, 2, 4", "1, 5, 2, 1",
        "32, 1, 1, 32"
    })
    void givesTheRowsOfTheOutputAsPyTorchDoes(int size, int kernel, int stride, int output) {
        assertThat(Padding.SYMMETRIC.outputSize(size, kernel, stride)).isEqualTo(output);
    }
}
