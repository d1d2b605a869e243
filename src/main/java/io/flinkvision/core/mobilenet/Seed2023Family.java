package io.flinkvision.core.mobilenet;

import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SIGMOID;
import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SWISH;
import static io.flinkvision.core.mobilenet.Layer.Activation.NONE;
import static io.flinkvision.core.mobilenet.Layer.Activation.RELU;

import io.flinkvision.core.mobilenet.Layer.Convolution;
import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
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

    private static final int SQUEEZE_REDUCTION = 4;
    private static final int MIN_BOTTLENECK = 8;

    private Seed2023Family() {}

    static List<Layer> layers(Variant variant) {
        List<BlockRow> rows = new ArrayList<>(BlockRow.table(variant.size()));
        if (variant.size() == NetworkSize.LARGE) {
            rows.set(13, new BlockRow(5, 160, 672, 160, HARD_SWISH, true, 1));
        }
        return SeedFamily.layers(rows, Seed2023Family::block, false, variant.classes());
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
        int bottleneck = Math.max(MIN_BOTTLENECK, channels / SQUEEZE_REDUCTION);
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
