package io.flinkvision.core.mobilenet;

import io.flinkvision.core.mobilenet.Layer.Activation;
import java.util.Objects;

/**
 * A row of the paper's tables 1 and 2: one inverted residual block ("bneck").
 *
 * @param kernel side of the depthwise convolution's kernel
 * @param input channels in
 * @param expansion channels of the expanded representation ("exp size")
 * @param output channels out ("#out")
 * @param activation the block's nonlinearity ("NL")
 * @param squeezeAndExcite whether the block has squeeze-and-excite ("SE")
 * @param stride of the depthwise convolution ("s")
 */
public record BlockRow(
        int kernel,
        int input,
        int expansion,
        int output,
        Activation activation,
        boolean squeezeAndExcite,
        int stride) {

    public BlockRow {
        if (kernel < 1 || kernel % 2 == 0) {
            throw new IllegalArgumentException("The kernel of a block must be odd, not " + kernel);
        }
        if (input < 1 || expansion < 1 || output < 1) {
            throw new IllegalArgumentException(
                    "The channels of a block must be positive, not " + input + ", " + expansion + ", " + output);
        }
        if (stride != 1 && stride != 2) {
            throw new IllegalArgumentException("The stride of a block must be 1 or 2, not " + stride);
        }
        Objects.requireNonNull(activation, "activation");
    }
}
