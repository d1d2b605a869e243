package io.flinkvision.core.mobilenet;

import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.Layer.Convolution;
import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
import io.flinkvision.core.mobilenet.Layer.Linear;
import io.flinkvision.core.mobilenet.Layer.PixelwiseExcite;
import io.flinkvision.core.mobilenet.Layer.Shortcut;
import io.flinkvision.core.mobilenet.Layer.SqueezeAndExcite;
import io.flinkvision.core.mobilenet.Network.BatchNormTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A network as the paper's tables 1 and 2 print it, with what each layer costs.
 *
 * <p>Parameters are the trained ones: weights, biases, and batch normalisation's scale and shift. Multiply-adds are
 * those of all convolutions, squeeze-and-excite's included, and of the fully connected layers, for one picture; the
 * other operators are not counted, as in the paper and in torchvision's figures.
 *
 * @param rows the layers from the input on
 */
public record NetworkSummary(List<Row> rows) {

    /**
     * One layer.
     *
     * @param inputSize rows and columns of the layer's input
     * @param inputChannels channels of the layer's input
     * @param operator what it is, in the paper's words
     * @param expansion channels of the expanded representation, in a block
     * @param output channels out
     * @param squeezeAndExcite whether the block has squeeze-and-excite
     * @param activation its nonlinearity
     * @param stride its stride, where it has one
     * @param parameters trained numbers
     * @param multiplyAdds for one picture
     */
    public record Row(
            int inputSize,
            int inputChannels,
            String operator,
            OptionalInt expansion,
            int output,
            boolean squeezeAndExcite,
            Activation activation,
            OptionalInt stride,
            long parameters,
            long multiplyAdds) {}

    public NetworkSummary {
        rows = List.copyOf(rows);
    }

    /**
     * The table of a network.
     *
     * @param inputSize side of the square input in pixels
     */
    public static NetworkSummary of(Network network, int inputSize) {
        List<Row> rows = new ArrayList<>();
        int size = inputSize;
        int channels = 3;
        for (Layer layer : network.layers()) {
            if (layer instanceof Layer.Flatten) {
                continue;
            }
            Row row = row(layer, size, channels);
            rows.add(row);
            size = outputSize(layer, size);
            channels = row.output();
        }
        return new NetworkSummary(rows);
    }

    /** All trained numbers. */
    public long parameters() {
        return rows.stream().mapToLong(Row::parameters).sum();
    }

    /** All multiply-adds of one picture. */
    public long multiplyAdds() {
        return rows.stream().mapToLong(Row::multiplyAdds).sum();
    }

    private static Row row(Layer layer, int size, int channels) {
        long parameters = parameters(layer);
        long multiplyAdds = multiplyAdds(layer, size);
        if (layer instanceof Convolution convolution) {
            String operator = "conv2d, " + convolution.kernel() + "x" + convolution.kernel();
            return new Row(size, channels, operator, OptionalInt.empty(), convolution.output(), false,
                    convolution.activation(), OptionalInt.of(convolution.stride()), parameters, multiplyAdds);
        }
        if (layer instanceof InvertedResidual block) {
            BlockRow row = block.row();
            String operator = "bneck, " + row.kernel() + "x" + row.kernel();
            return new Row(size, channels, operator, OptionalInt.of(row.expansion()), row.output(),
                    row.squeezeAndExcite(), row.activation(), OptionalInt.of(row.stride()), parameters, multiplyAdds);
        }
        if (layer instanceof Linear linear) {
            return new Row(size, channels, linear.batchNorm().isPresent() ? "linear, BN" : "linear",
                    OptionalInt.empty(), linear.output(), false, linear.activation(), OptionalInt.empty(),
                    parameters, multiplyAdds);
        }
        return new Row(size, channels, "pool, " + size + "x" + size, OptionalInt.empty(), channels, false,
                Activation.NONE, OptionalInt.empty(), parameters, multiplyAdds);
    }

    private static long parameters(Layer layer) {
        return Network.tensors(layer).stream()
                .filter(tensor -> !isRunningStatistic(tensor.name()))
                .mapToLong(tensor -> tensor.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b))
                .sum();
    }

    private static boolean isRunningStatistic(String tensor) {
        for (BatchNormTensor part : BatchNormTensor.values()) {
            if (!part.trained() && tensor.endsWith(part.suffix())) {
                return true;
            }
        }
        return false;
    }

    private static int outputSize(Layer layer, int size) {
        if (layer instanceof Convolution convolution) {
            return convolution.padding().outputSize(size, convolution.kernel(), convolution.stride());
        }
        if (layer instanceof InvertedResidual block) {
            int result = size;
            for (Layer part : block.body()) {
                result = outputSize(part, result);
            }
            return result;
        }
        boolean keepsSize = layer instanceof SqueezeAndExcite || layer instanceof PixelwiseExcite
                || layer instanceof Layer.Nonlinearity;
        return keepsSize ? size : 1;
    }

    private static long multiplyAdds(Layer layer, int size) {
        if (layer instanceof Convolution convolution) {
            long output = outputSize(convolution, size);
            return output * output * convolution.output() * convolution.kernel() * convolution.kernel()
                    * (convolution.input() / convolution.groups());
        }
        if (layer instanceof Linear linear) {
            return (long) linear.input() * linear.output();
        }
        if (layer instanceof SqueezeAndExcite squeeze) {
            return multiplyAdds(squeeze.reduce(), 1) + multiplyAdds(squeeze.expand(), 1);
        }
        if (layer instanceof PixelwiseExcite excite) {
            return multiplyAdds(excite.reduce(), size) + multiplyAdds(excite.expand(), size);
        }
        if (layer instanceof InvertedResidual block) {
            return multiplyAdds(block, size);
        }
        return 0;
    }

    private static long multiplyAdds(InvertedResidual block, int size) {
        long total = multiplyAdds(block.body(), size);
        return block.shortcut() instanceof Shortcut.Projection shortcut
                ? total + multiplyAdds(shortcut.convolutions(), size)
                : total;
    }

    private static long multiplyAdds(List<? extends Layer> layers, int inputSize) {
        long total = 0;
        int size = inputSize;
        for (Layer layer : layers) {
            total += multiplyAdds(layer, size);
            size = outputSize(layer, size);
        }
        return total;
    }
}
