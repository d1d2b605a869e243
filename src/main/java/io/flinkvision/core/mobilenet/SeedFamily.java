package io.flinkvision.core.mobilenet;

import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SIGMOID;
import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SWISH;
import static io.flinkvision.core.mobilenet.Layer.Activation.NONE;
import static io.flinkvision.core.mobilenet.Layer.Activation.RELU;

import io.flinkvision.core.mobilenet.Layer.Convolution;
import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
import io.flinkvision.core.mobilenet.Layer.Linear;
import io.flinkvision.core.mobilenet.Layer.Padding;
import io.flinkvision.core.mobilenet.Layer.PixelwiseExcite;
import io.flinkvision.core.mobilenet.Layer.Shortcut;
import io.flinkvision.core.mobilenet.Layer.SqueezeAndExcite;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The network of xiaolai-sqlai/mobilenetv3 ({@code mobilenetv3.py}) from May 2019 to April 2023, a widely read reading
 * of Howard et al. 2019; what it has had since is {@link Seed2023Family}. It is kept true to that code, which differs
 * from the paper in that
 *
 * <ul>
 *   <li>squeeze-and-excite is after the projection, not inside the expansion, its convolutions have batch
 *       normalisation, and its bottleneck is a quarter of the block's output;
 *   <li>the first block with 160 channels of Large has stride 1 and the second one stride 2, expanded to 672 both (in
 *       the paper's table 1 the first one has stride 2, and the second one is expanded to 960);
 *   <li>every block has its expansion convolution, also where it does not widen;
 *   <li>a block of stride 1 whose widths differ has a shortcut all the same, through a 1x1 convolution;
 *   <li>the layer after the pooling has 1280 features and batch normalisation, in Small too.
 * </ul>
 *
 * <p>Its first weights, {@code mbv3_large.old.pth.tar} and {@code mbv3_small.old.pth.tar}, are those of its first code
 * ({@code mobilenetv3.old.py}, May 2019), which differs in one thing: it had forgotten the squeeze, so that
 * squeeze-and-excite's convolutions see each pixel separately, and their numbers in the names begin at 0, not at 1.
 * There were never other weights of Large until 2023.
 *
 * <p>It has no width multiplier and no reduced tail.
 */
final class SeedFamily {

    private static final int STEM = 16;
    private static final int SQUEEZE_REDUCTION = 4;
    private static final int LAST_FEATURES = 1280;

    private SeedFamily() {}

    /**
     * The layers of a variant.
     *
     * @param squeezes whether squeeze-and-excite has its squeeze
     */
    static List<Layer> layers(Variant variant, boolean squeezes) {
        return layers(rows(variant.size()), (prefix, row) -> block(prefix, row, squeezes), true, variant.classes());
    }

    private static List<BlockRow> rows(NetworkSize size) {
        List<BlockRow> rows = new ArrayList<>(BlockRow.table(size));
        if (size == NetworkSize.LARGE) {
            rows.set(12, new BlockRow(5, 112, 672, 160, HARD_SWISH, true, 1));
            rows.set(13, new BlockRow(5, 160, 672, 160, HARD_SWISH, true, 2));
        }
        return rows;
    }

    /**
     * The layers around the blocks, which have not changed since 2019.
     *
     * @param block makes a block of its module's name and its row
     * @param hasLinearBias whether the layer after the pooling has a bias beside its batch normalisation
     */
    static List<Layer> layers(
            List<BlockRow> rows, BiFunction<String, BlockRow, Layer> block, boolean hasLinearBias, int classes) {
        int lastBlock = rows.get(rows.size() - 1).output();
        int lastConvolution = 6 * lastBlock;
        List<Layer> layers = new ArrayList<>();
        layers.add(new Convolution(
                "conv1", Optional.of("bn1"), 3, STEM, 3, 2, 1, Padding.SYMMETRIC, HARD_SWISH));
        for (int i = 0; i < rows.size(); i++) {
            layers.add(block.apply("bneck." + i, rows.get(i)));
        }
        layers.add(Convolution.pointwise("conv2", "bn2", lastBlock, lastConvolution, HARD_SWISH));
        layers.add(new Layer.GlobalAveragePool());
        layers.add(new Layer.Flatten());
        layers.add(new Linear(
                "linear3", hasLinearBias, Optional.of("bn3"), lastConvolution, LAST_FEATURES, HARD_SWISH));
        layers.add(new Linear("linear4", Optional.empty(), LAST_FEATURES, classes, NONE));
        return layers;
    }

    private static InvertedResidual block(String prefix, BlockRow row, boolean squeezes) {
        List<Layer> body = new ArrayList<>();
        body.add(Convolution.pointwise(
                prefix + ".conv1", prefix + ".bn1", row.input(), row.expansion(), row.activation()));
        body.add(Convolution.depthwise(prefix + ".conv2", prefix + ".bn2", row.expansion(), row.kernel(),
                row.stride(), Padding.SYMMETRIC, row.activation()));
        body.add(Convolution.pointwise(prefix + ".conv3", prefix + ".bn3", row.expansion(), row.output(), NONE));
        if (row.squeezeAndExcite()) {
            body.add(squeezes
                    ? squeezeAndExcite(prefix + ".se.se.", row.output())
                    : pixelwiseExcite(prefix + ".se.se.", row.output()));
        }
        return new InvertedResidual(row, body, shortcut(prefix + ".shortcut", row));
    }

    private static SqueezeAndExcite squeezeAndExcite(String prefix, int channels) {
        return new SqueezeAndExcite(
                Convolution.pointwise(prefix + 1, prefix + 2, channels, channels / SQUEEZE_REDUCTION, RELU),
                Convolution.pointwise(prefix + 4, prefix + 5, channels / SQUEEZE_REDUCTION, channels, HARD_SIGMOID));
    }

    private static PixelwiseExcite pixelwiseExcite(String prefix, int channels) {
        return new PixelwiseExcite(
                Convolution.pointwise(prefix + 0, prefix + 1, channels, channels / SQUEEZE_REDUCTION, RELU),
                Convolution.pointwise(prefix + 3, prefix + 4, channels / SQUEEZE_REDUCTION, channels, HARD_SIGMOID));
    }

    private static Shortcut shortcut(String prefix, BlockRow row) {
        if (row.stride() != 1) {
            return new Shortcut.None();
        }
        return row.input() == row.output()
                ? new Shortcut.Identity()
                : new Shortcut.Projection(
                        Convolution.pointwise(prefix + ".0", prefix + ".1", row.input(), row.output(), NONE));
    }
}
