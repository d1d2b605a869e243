package io.flinkvision.core.mobilenet;

import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SIGMOID;
import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SWISH;
import static io.flinkvision.core.mobilenet.Layer.Activation.NONE;
import static io.flinkvision.core.mobilenet.Layer.Activation.RELU;

import io.flinkvision.core.mobilenet.BlockRow.ExpansionRow;
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
 * The network of d-li14/mobilenetv3.pytorch ({@code mobilenetv3.py}). Its code differs from torchvision's in that
 *
 * <ul>
 *   <li>squeeze-and-excite is between the depthwise convolution's batch normalisation and its activation, except in
 *       a block without an expansion convolution, where it follows the activation;
 *   <li>squeeze-and-excite's layers are fully connected;
 *   <li>a width multiplier scales the expansions by way of their inputs ({@link ExpansionRow}), and the layer before
 *       the classifier only above 1;
 *   <li>the last convolution is as wide as the last block's expansion.
 * </ul>
 */
final class Dli14Family {

    private static final int STEM = 16;
    private static final int SQUEEZE_REDUCTION = 4;
    private static final int LAST_FEATURES_LARGE = 1280;
    private static final int LAST_FEATURES_SMALL = 1024;

    private Dli14Family() {}

    static List<Layer> layers(Variant variant) {
        int stem = Family.divisibleBy8(STEM * variant.widthMultiplier());
        List<BlockRow> rows = ExpansionRow.blocks(variant, stem);
        BlockRow lastBlock = rows.get(rows.size() - 1);
        int lastConvolution = lastBlock.expansion();
        int lastFeatures = lastFeatures(variant);
        List<Layer> layers = new ArrayList<>();
        layers.add(new Convolution("features.0.0", Optional.of("features.0.1"), 3, stem, 3, 2, 1,
                Padding.SYMMETRIC, HARD_SWISH));
        for (int i = 0; i < rows.size(); i++) {
            layers.add(block("features." + (i + 1) + ".conv.", rows.get(i)));
        }
        layers.add(Convolution.pointwise("conv.0", "conv.1", lastBlock.output(), lastConvolution, HARD_SWISH));
        layers.add(new Layer.GlobalAveragePool());
        layers.add(new Layer.Flatten());
        layers.add(new Linear("classifier.0", Optional.empty(), lastConvolution, lastFeatures, HARD_SWISH));
        layers.add(new Linear("classifier.3", Optional.empty(), lastFeatures, variant.classes(), NONE));
        return layers;
    }

    private static int lastFeatures(Variant variant) {
        int features = variant.size() == NetworkSize.LARGE ? LAST_FEATURES_LARGE : LAST_FEATURES_SMALL;
        return variant.widthMultiplier() > 1
                ? Family.divisibleBy8(features * variant.widthMultiplier())
                : features;
    }

    /** The numbers are the places in the family's list of modules, activations and absent squeezes included. */
    private static InvertedResidual block(String prefix, BlockRow row) {
        boolean expands = row.expansion() != row.input();
        List<Layer> body = new ArrayList<>();
        if (expands) {
            body.add(Convolution.pointwise(
                    prefix + 0, prefix + 1, row.input(), row.expansion(), row.activation()));
        }
        int depthwise = expands ? 3 : 0;
        int squeeze = expands ? 5 : 3;
        int project = expands ? 7 : 4;
        boolean squeezesBeforeActivation = expands && row.squeezeAndExcite();
        body.add(Convolution.depthwise(prefix + depthwise, prefix + (depthwise + 1), row.expansion(), row.kernel(),
                row.stride(), Padding.SYMMETRIC, squeezesBeforeActivation ? NONE : row.activation()));
        if (row.squeezeAndExcite()) {
            body.add(squeezeAndExcite(prefix + squeeze + ".fc.", row.expansion()));
        }
        if (squeezesBeforeActivation) {
            body.add(new Layer.Nonlinearity(row.activation()));
        }
        body.add(Convolution.pointwise(
                prefix + project, prefix + (project + 1), row.expansion(), row.output(), NONE));
        return new InvertedResidual(row, body, Shortcut.of(row));
    }

    private static SqueezeAndExcite squeezeAndExcite(String prefix, int channels) {
        int bottleneck = Family.divisibleBy8(channels / SQUEEZE_REDUCTION);
        return new SqueezeAndExcite(
                new Linear(prefix + 0, Optional.empty(), channels, bottleneck, RELU),
                new Linear(prefix + 2, Optional.empty(), bottleneck, channels, HARD_SIGMOID));
    }
}
