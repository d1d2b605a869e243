package io.flinkvision.core.mobilenet;

import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SIGMOID;
import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SWISH;
import static io.flinkvision.core.mobilenet.Layer.Activation.NONE;
import static io.flinkvision.core.mobilenet.Layer.Activation.RELU;

import io.flinkvision.core.mobilenet.Layer.Convolution;
import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
import io.flinkvision.core.mobilenet.Layer.Linear;
import io.flinkvision.core.mobilenet.Layer.Padding;
import io.flinkvision.core.mobilenet.Layer.Shortcut;
import io.flinkvision.core.mobilenet.Layer.SqueezeAndExcite;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The network of torchvision's {@code mobilenet_v3_large} and {@code mobilenet_v3_small}: tables 1 and 2 of Howard et
 * al. 2019 with squeeze-and-excite inside the expansion, its bottleneck a quarter of it, and torchvision's names.
 *
 * <p>A width multiplier scales every width to a multiple of 8. The reduced tail halves the widths of the last stage
 * from the first block with 160 (Small: 96) channels on.
 */
final class TorchvisionFamily {

    /** Blocks of the last stage, the ones that a reduced tail halves. */
    private static final int TAIL_BLOCKS = 3;

    private static final int SQUEEZE_REDUCTION = 4;
    private static final int LAST_FEATURES_LARGE = 1280;
    private static final int LAST_FEATURES_SMALL = 1024;

    private TorchvisionFamily() {}

    static List<Layer> layers(Variant variant) {
        List<BlockRow> rows = rows(variant);
        int lastBlock = rows.get(rows.size() - 1).output();
        int lastConvolution = 6 * lastBlock;
        int lastFeatures = Family.divisibleBy8(variant.widthMultiplier()
                * (variant.size() == NetworkSize.LARGE ? LAST_FEATURES_LARGE : LAST_FEATURES_SMALL)
                / (variant.reducedTail() ? 2 : 1));
        String last = "features." + (rows.size() + 1);
        List<Layer> layers = new ArrayList<>();
        layers.add(new Convolution("features.0.0", Optional.of("features.0.1"), 3, rows.get(0).input(), 3, 2, 1,
                Padding.SYMMETRIC, HARD_SWISH));
        for (int i = 0; i < rows.size(); i++) {
            layers.add(block("features." + (i + 1) + ".block", rows.get(i)));
        }
        layers.add(Convolution.pointwise(last + ".0", last + ".1", lastBlock, lastConvolution, HARD_SWISH));
        layers.add(new Layer.GlobalAveragePool());
        layers.add(new Layer.Flatten());
        layers.add(new Linear("classifier.0", Optional.empty(), lastConvolution, lastFeatures, HARD_SWISH));
        layers.add(new Linear("classifier.3", Optional.empty(), lastFeatures, variant.classes(), NONE));
        return layers;
    }

    private static List<BlockRow> rows(Variant variant) {
        List<BlockRow> table = BlockRow.table(variant.size());
        int firstOfTail = table.size() - TAIL_BLOCKS;
        List<BlockRow> rows = new ArrayList<>();
        for (int i = 0; i < table.size(); i++) {
            BlockRow row = table.get(i);
            int reduction = variant.reducedTail() ? 2 : 1;
            // The first block of the tail takes what the stage before it gives, and expands that as always.
            int inputReduction = i > firstOfTail ? reduction : 1;
            int outputReduction = i >= firstOfTail ? reduction : 1;
            double width = variant.widthMultiplier();
            rows.add(new BlockRow(
                    row.kernel(),
                    Family.divisibleBy8(width * (row.input() / inputReduction)),
                    Family.divisibleBy8(width * (row.expansion() / inputReduction)),
                    Family.divisibleBy8(width * (row.output() / outputReduction)),
                    row.activation(),
                    row.squeezeAndExcite(),
                    row.stride()));
        }
        return rows;
    }

    private static InvertedResidual block(String prefix, BlockRow row) {
        List<Layer> body = new ArrayList<>();
        if (row.expansion() != row.input()) {
            String expand = prefix + "." + body.size();
            body.add(Convolution.pointwise(
                    expand + ".0", expand + ".1", row.input(), row.expansion(), row.activation()));
        }
        String depthwise = prefix + "." + body.size();
        body.add(Convolution.depthwise(depthwise + ".0", depthwise + ".1", row.expansion(), row.kernel(),
                row.stride(), Padding.SYMMETRIC, row.activation()));
        if (row.squeezeAndExcite()) {
            String squeeze = prefix + "." + body.size();
            int bottleneck = Family.divisibleBy8(row.expansion() / SQUEEZE_REDUCTION);
            body.add(new SqueezeAndExcite(
                    Convolution.pointwiseWithBias(squeeze + ".fc1", row.expansion(), bottleneck, RELU),
                    Convolution.pointwiseWithBias(squeeze + ".fc2", bottleneck, row.expansion(), HARD_SIGMOID)));
        }
        String project = prefix + "." + body.size();
        body.add(Convolution.pointwise(project + ".0", project + ".1", row.expansion(), row.output(), NONE));
        return new InvertedResidual(row, body, Shortcut.of(row));
    }
}
