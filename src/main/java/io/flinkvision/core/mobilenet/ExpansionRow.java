package io.flinkvision.core.mobilenet;

import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SWISH;
import static io.flinkvision.core.mobilenet.Layer.Activation.RELU;

import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A row of the paper's tables 1 and 2 with its expansion as a ratio of the block's input, as d-li14/mobilenetv3.pytorch
 * and timm write them. At a width multiplier of 1 the widths are those of {@link BlockRow}'s tables; at others they are
 * not, because the expansion is taken from the input that is scaled already, and rounded once more.
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
