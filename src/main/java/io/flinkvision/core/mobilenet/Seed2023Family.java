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
 * The network that xiaolai-sqlai/mobilenetv3 has had since April 2023, with the weights of 300 and 450 epochs; what it
 * had before is {@link SeedFamily}. It differs from the paper in that
 *
 * <ul>
 *   <li>every block adds a shortcut: its input; or where the width changes, the input through a 1x1 convolution; or
 *       where the stride is 2, through a 3x3 depthwise convolution and, where the width changes too, a 1x1 convolution
 *       with a bias beside its batch normalisation;
 *   <li>the block's activation follows the sum, so that the bottleneck is not linear;
 *   <li>the first convolution of squeeze-and-excite has batch normalisation, the second one has neither that nor a
 *       bias, and the bottleneck is a quarter of the expansion, at least 8;
 *   <li>every block has its expansion convolution, also where it does not widen;
 *   <li>the second block with 160 channels of Large is expanded to 672, not to 960;
 *   <li>the layer after the pooling has 1280 features and batch normalisation without a bias, in Small too.
 * </ul>
 *
 * <p>It has no width multiplier and no reduced tail.
 */
final class Seed2023Family {

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
            new BlockRow(5, 160, 672, 160, HARD_SWISH, true, 1),
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

    private static final int STEM = 16;
    private static final int SQUEEZE_REDUCTION = 4;
    private static final int LEAST_BOTTLENECK = 8;
    private static final int LAST_FEATURES = 1280;

    private Seed2023Family() {}

    static List<Layer> layers(Variant variant) {
        List<BlockRow> rows = variant.size() == NetworkSize.LARGE ? LARGE : SMALL;
        int lastBlock = rows.get(rows.size() - 1).output();
        int lastConvolution = 6 * lastBlock;
        List<Layer> layers = new ArrayList<>();
        layers.add(new Convolution(
                "conv1", Optional.of("bn1"), 3, STEM, 3, 2, 1, Padding.SYMMETRIC, HARD_SWISH));
        for (int i = 0; i < rows.size(); i++) {
            layers.add(block("bneck." + i, rows.get(i)));
        }
        layers.add(Convolution.pointwise("conv2", "bn2", lastBlock, lastConvolution, HARD_SWISH));
        layers.add(new Layer.GlobalAveragePool());
        layers.add(new Layer.Flatten());
        layers.add(new Linear("linear3", false, Optional.of("bn3"), lastConvolution, LAST_FEATURES, HARD_SWISH));
        layers.add(new Linear("linear4", Optional.empty(), LAST_FEATURES, variant.classes(), NONE));
        return layers;
    }

    private static InvertedResidual block(String prefix, BlockRow row) {
        List<Layer> body = new ArrayList<>();
        body.add(Convolution.pointwise(
                prefix + ".conv1", prefix + ".bn1", row.input(), row.expansion(), row.activation()));
        body.add(Convolution.depthwise(prefix + ".conv2", prefix + ".bn2", row.expansion(), row.kernel(),
                row.stride(), Padding.SYMMETRIC, row.activation()));
        if (row.squeezeAndExcite()) {
            body.add(squeezeAndExcite(prefix + ".se.se", row.expansion()));
        }
        body.add(Convolution.pointwise(prefix + ".conv3", prefix + ".bn3", row.expansion(), row.output(), NONE));
        return new InvertedResidual(row, body, shortcut(prefix + ".skip.", row), row.activation());
    }

    private static SqueezeAndExcite squeezeAndExcite(String prefix, int channels) {
        int bottleneck = Math.max(LEAST_BOTTLENECK, channels / SQUEEZE_REDUCTION);
        return new SqueezeAndExcite(
                Convolution.pointwise(prefix + ".1", prefix + ".2", channels, bottleneck, RELU),
                new Convolution(prefix + ".4", false, Optional.empty(), bottleneck, channels, 1, 1, 1,
                        Padding.SYMMETRIC, HARD_SIGMOID));
    }

    private static Shortcut shortcut(String prefix, BlockRow row) {
        boolean sameWidth = row.input() == row.output();
        if (row.stride() == 1) {
            return sameWidth
                    ? new Shortcut.Identity()
                    : new Shortcut.Projection(
                            Convolution.pointwise(prefix + 0, prefix + 1, row.input(), row.output(), NONE));
        }
        Convolution depthwise = Convolution.depthwise(
                prefix + 0, prefix + 1, row.input(), 3, row.stride(), Padding.SYMMETRIC, NONE);
        return new Shortcut.Projection(sameWidth
                ? List.of(depthwise)
                : List.of(depthwise, new Convolution(prefix + 2, true, Optional.of(prefix + 3), row.input(),
                        row.output(), 1, 1, 1, Padding.SYMMETRIC, NONE)));
    }
}
