package io.flinkvision.core.mobilenet;

import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SWISH;
import static io.flinkvision.core.mobilenet.Layer.Activation.RELU;

import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.util.ArrayList;
import java.util.List;
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

    private static final List<BlockRow> LARGE = List.of(
            new BlockRow(3, 16, 16, 16, RELU, false, 1),
            new BlockRow(3, 16, 64, 24, RELU, false, 2),
            new BlockRow(3, 24, 72, 24, RELU, false, 1),
            new BlockRow(5, 24, 72, 40, RELU, true, 2),
            new BlockRow(5, 40, 120, 40, RELU, true, 1),
            new BlockRow(5, 40, 120, 40, RELU, true, 1),
            new BlockRow(3, 40, 240, 80, HARD_SWISH, false, 2),
            new BlockRow(3, 80, 200, 80, HARD_SWISH, false, 1),
            new BlockRow(3, 80, 184, 80, HARD_SWISH, false, 1),
            new BlockRow(3, 80, 184, 80, HARD_SWISH, false, 1),
            new BlockRow(3, 80, 480, 112, HARD_SWISH, true, 1),
            new BlockRow(3, 112, 672, 112, HARD_SWISH, true, 1),
            new BlockRow(5, 112, 672, 160, HARD_SWISH, true, 2),
            new BlockRow(5, 160, 960, 160, HARD_SWISH, true, 1),
            new BlockRow(5, 160, 960, 160, HARD_SWISH, true, 1));

    private static final List<BlockRow> SMALL = List.of(
            new BlockRow(3, 16, 16, 16, RELU, true, 2),
            new BlockRow(3, 16, 72, 24, RELU, false, 2),
            new BlockRow(3, 24, 88, 24, RELU, false, 1),
            new BlockRow(5, 24, 96, 40, HARD_SWISH, true, 2),
            new BlockRow(5, 40, 240, 40, HARD_SWISH, true, 1),
            new BlockRow(5, 40, 240, 40, HARD_SWISH, true, 1),
            new BlockRow(5, 40, 120, 48, HARD_SWISH, true, 1),
            new BlockRow(5, 48, 144, 48, HARD_SWISH, true, 1),
            new BlockRow(5, 48, 288, 96, HARD_SWISH, true, 2),
            new BlockRow(5, 96, 576, 96, HARD_SWISH, true, 1),
            new BlockRow(5, 96, 576, 96, HARD_SWISH, true, 1));

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

    /** Table 1 for Large and table 2 for Small, in order. */
    static List<BlockRow> table(NetworkSize size) {
        return size == NetworkSize.LARGE ? LARGE : SMALL;
    }

    /**
     * A row whose expansion is a ratio of the block's input, as d-li14/mobilenetv3.pytorch and timm write the tables.
     * At a width multiplier of 1 the widths are those of {@link BlockRow#table}; at others they differ, because the
     * ratio is applied to the scaled input and the result rounded once more.
     *
     * @param kernel side of the depthwise convolution's kernel
     * @param ratio of the expanded channels to the block's input
     * @param output channels out, before scaling
     * @param squeezeAndExcite whether the block has squeeze-and-excite
     * @param activation the block's nonlinearity
     * @param stride of the depthwise convolution
     */
    record ExpansionRow(
            int kernel, double ratio, int output, boolean squeezeAndExcite, Activation activation, int stride) {

        private static final List<ExpansionRow> LARGE = List.of(
                new ExpansionRow(3, 1, 16, false, RELU, 1),
                new ExpansionRow(3, 4, 24, false, RELU, 2),
                new ExpansionRow(3, 3, 24, false, RELU, 1),
                new ExpansionRow(5, 3, 40, true, RELU, 2),
                new ExpansionRow(5, 3, 40, true, RELU, 1),
                new ExpansionRow(5, 3, 40, true, RELU, 1),
                new ExpansionRow(3, 6, 80, false, HARD_SWISH, 2),
                new ExpansionRow(3, 2.5, 80, false, HARD_SWISH, 1),
                new ExpansionRow(3, 2.3, 80, false, HARD_SWISH, 1),
                new ExpansionRow(3, 2.3, 80, false, HARD_SWISH, 1),
                new ExpansionRow(3, 6, 112, true, HARD_SWISH, 1),
                new ExpansionRow(3, 6, 112, true, HARD_SWISH, 1),
                new ExpansionRow(5, 6, 160, true, HARD_SWISH, 2),
                new ExpansionRow(5, 6, 160, true, HARD_SWISH, 1),
                new ExpansionRow(5, 6, 160, true, HARD_SWISH, 1));

        private static final List<ExpansionRow> SMALL = List.of(
                new ExpansionRow(3, 1, 16, true, RELU, 2),
                new ExpansionRow(3, 4.5, 24, false, RELU, 2),
                new ExpansionRow(3, 3.67, 24, false, RELU, 1),
                new ExpansionRow(5, 4, 40, true, HARD_SWISH, 2),
                new ExpansionRow(5, 6, 40, true, HARD_SWISH, 1),
                new ExpansionRow(5, 6, 40, true, HARD_SWISH, 1),
                new ExpansionRow(5, 3, 48, true, HARD_SWISH, 1),
                new ExpansionRow(5, 3, 48, true, HARD_SWISH, 1),
                new ExpansionRow(5, 6, 96, true, HARD_SWISH, 2),
                new ExpansionRow(5, 6, 96, true, HARD_SWISH, 1),
                new ExpansionRow(5, 6, 96, true, HARD_SWISH, 1));

        ExpansionRow {
            Objects.requireNonNull(activation, "activation");
        }

        /**
         * The blocks of a variant.
         *
         * @param stem channels of the first block's input, scaled already
         */
        static List<BlockRow> blocks(Variant variant, int stem) {
            List<BlockRow> blocks = new ArrayList<>();
            int input = stem;
            for (ExpansionRow row : variant.size() == NetworkSize.LARGE ? LARGE : SMALL) {
                BlockRow block = (variant.minimalistic() ? row.minimalistic() : row)
                        .block(input, variant.widthMultiplier());
                blocks.add(block);
                input = block.output();
            }
            return blocks;
        }

        private BlockRow block(int input, double widthMultiplier) {
            return new BlockRow(kernel, input, Family.divisibleBy8(input * ratio),
                    Family.divisibleBy8(output * widthMultiplier), activation, squeezeAndExcite, stride);
        }

        private ExpansionRow minimalistic() {
            return new ExpansionRow(3, ratio, output, false, RELU, stride);
        }
    }
}
