package io.flinkvision.core.mobilenet;

import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SIGMOID;
import static io.flinkvision.core.mobilenet.Layer.Activation.HARD_SWISH;
import static io.flinkvision.core.mobilenet.Layer.Activation.NONE;
import static io.flinkvision.core.mobilenet.Layer.Activation.RELU;

import io.flinkvision.core.mobilenet.BlockRow.ExpansionRow;
import io.flinkvision.core.mobilenet.Layer.Activation;
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
 * The network of timm's {@code mobilenetv3_large_100} and its siblings ({@code timm/models/mobilenetv3.py}), and of its
 * ports of the paper's authors' TensorFlow weights, {@code tf_mobilenetv3_large_100} and siblings, whose names and
 * shapes are the same and whose padding is TensorFlow's.
 *
 * <p>A width multiplier scales the expansions by way of their inputs ({@link ExpansionRow}). It leaves the layer before
 * the classifier as it is, a 1x1 convolution after the pooling, and below 0.75 the first convolution as well.
 */
final class TimmFamily {

    /** Blocks of each stage: a stage begins where the width changes or the picture is halved. */
    private static final List<Integer> LARGE_STAGES = List.of(1, 2, 3, 4, 2, 3);

    private static final List<Integer> SMALL_STAGES = List.of(1, 2, 3, 2, 3);

    private static final int STEM = 16;

    /** The least width multiplier that scales the first convolution too. */
    private static final double MIN_WIDTH_FOR_SCALED_STEM = 0.75;

    private static final int LAST_CONVOLUTION_LARGE = 960;
    private static final int LAST_CONVOLUTION_SMALL = 576;
    private static final int LAST_FEATURES_LARGE = 1280;
    private static final int LAST_FEATURES_SMALL = 1024;
    private static final double SQUEEZE_RATIO = 0.25;

    private TimmFamily() {}

    static List<Layer> layers(Variant variant, Padding padding) {
        boolean large = variant.size() == NetworkSize.LARGE;
        double width = variant.widthMultiplier();
        Activation activation = variant.minimalistic() ? RELU : HARD_SWISH;
        int stem = width < MIN_WIDTH_FOR_SCALED_STEM ? STEM : Family.divisibleBy8(STEM * width);
        List<BlockRow> rows = ExpansionRow.blocks(variant, stem);
        List<Integer> stages = large ? LARGE_STAGES : SMALL_STAGES;
        int lastConvolution = Family.divisibleBy8((large ? LAST_CONVOLUTION_LARGE : LAST_CONVOLUTION_SMALL) * width);
        int lastFeatures = large ? LAST_FEATURES_LARGE : LAST_FEATURES_SMALL;
        List<Layer> layers = new ArrayList<>();
        layers.add(new Convolution("conv_stem", Optional.of("bn1"), 3, stem, 3, 2, 1, padding, activation));
        int row = 0;
        for (int stage = 0; stage < stages.size(); stage++) {
            for (int block = 0; block < stages.get(stage); block++) {
                layers.add(block("blocks." + stage + "." + block + ".", rows.get(row), row == 0, padding));
                row++;
            }
        }
        String last = "blocks." + stages.size() + ".0.";
        layers.add(Convolution.pointwise(
                last + "conv", last + "bn1", rows.get(row - 1).output(), lastConvolution, activation));
        layers.add(new Layer.GlobalAveragePool());
        layers.add(Convolution.pointwiseWithBias("conv_head", lastConvolution, lastFeatures, activation));
        layers.add(new Layer.Flatten());
        layers.add(new Linear("classifier", Optional.empty(), lastFeatures, variant.classes(), NONE));
        return layers;
    }

    /** The first block is a depthwise separable convolution: it has no expansion, whatever its widths. */
    private static InvertedResidual block(String prefix, BlockRow row, boolean separable, Padding padding) {
        List<Layer> body = new ArrayList<>();
        if (!separable) {
            body.add(Convolution.pointwise(
                    prefix + "conv_pw", prefix + "bn1", row.input(), row.expansion(), row.activation()));
        }
        body.add(Convolution.depthwise(prefix + "conv_dw", prefix + (separable ? "bn1" : "bn2"), row.expansion(),
                row.kernel(), row.stride(), padding, row.activation()));
        if (row.squeezeAndExcite()) {
            int bottleneck = Family.divisibleBy8(row.expansion() * SQUEEZE_RATIO);
            body.add(new SqueezeAndExcite(
                    Convolution.pointwiseWithBias(prefix + "se.conv_reduce", row.expansion(), bottleneck, RELU),
                    Convolution.pointwiseWithBias(
                            prefix + "se.conv_expand", bottleneck, row.expansion(), HARD_SIGMOID)));
        }
        body.add(Convolution.pointwise(prefix + (separable ? "conv_pw" : "conv_pwl"),
                prefix + (separable ? "bn2" : "bn3"), row.expansion(), row.output(), NONE));
        return new InvertedResidual(row, body, Shortcut.of(row));
    }
}
