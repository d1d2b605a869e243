package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.flinkvision.core.mobilenet.Layer.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockRowTest {

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 2, 4})
    void refusesAKernelThatHasNoMiddle(int kernel) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlockRow(kernel, 16, 64, 24, Activation.RELU, false, 1))
                .withMessage("The kernel of a block must be odd, not " + kernel);
    }

    @ParameterizedTest
    @CsvSource({"0, 64, 24", "16, -64, 24", "16, 64, 0"})
    void refusesChannelsThatAreNotPositive(int input, int expansion, int output) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlockRow(3, input, expansion, output, Activation.RELU, false, 1))
                .withMessageEndingWith("not " + input + ", " + expansion + ", " + output);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 3})
    void refusesStridesThatTheTablesDoNotHave(int stride) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlockRow(3, 16, 64, 24, Activation.RELU, false, stride))
                .withMessage("The stride of a block must be 1 or 2, not " + stride);
    }

    @Test
    void refusesNoActivation() {
        assertThatNullPointerException().isThrownBy(() -> new BlockRow(3, 16, 64, 24, null, false, 1));
    }
}
