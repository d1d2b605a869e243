package io.flinkvision.core.mobilenet;

import static io.flinkvision.core.weights.GraphWriter.integer;
import static io.flinkvision.core.weights.GraphWriter.integers;
import static io.flinkvision.core.weights.GraphWriter.real;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.Layer.ChannelMap;
import io.flinkvision.core.mobilenet.Layer.Convolution;
import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
import io.flinkvision.core.mobilenet.Layer.Linear;
import io.flinkvision.core.mobilenet.Layer.PixelwiseExcite;
import io.flinkvision.core.mobilenet.Layer.Shortcut;
import io.flinkvision.core.mobilenet.Layer.SqueezeAndExcite;
import io.flinkvision.core.weights.GraphWriter;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.StateDict;
import java.util.List;
import java.util.Locale;

/**
 * Writes a network and its weights as an ONNX model: float input {@code input} {@code [n, 3, size, size]}, float output
 * {@code logits} {@code [n, classes]}, batch normalisation folded into the convolutions, h-swish and h-sigmoid as
 * ONNX's own operators (onnx.ai, operators {@code HardSwish} and {@code HardSigmoid}).
 */
public final class OnnxGraph {

    /** The name of the graph's input. */
    public static final String INPUT = "input";

    /** The name of the graph's output. */
    public static final String LOGITS = "logits";

    /** HardSwish came with version 14 of the operator set. */
    private static final int OPERATOR_SET = 17;

    /** The version of the file format that operator set 17 came with (onnx.ai, Versioning). */
    private static final int IR_VERSION = 8;

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final GraphWriter writer = new GraphWriter(graph);
    private final StateDict stateDict;
    private final double batchNormEpsilon;
    private final int inputSize;

    private OnnxGraph(StateDict stateDict, double batchNormEpsilon, int inputSize) {
        this.stateDict = stateDict;
        this.batchNormEpsilon = batchNormEpsilon;
        this.inputSize = inputSize;
    }

    /** A value of the graph: its name, and its rows (and columns). */
    private record Value(String name, int size) {}

    /**
     * Writes a network.
     *
     * @param stateDict exactly the network's tensors
     * @param batchNormEpsilon the epsilon that the network was trained with
     * @param inputSize side of the square input in pixels, a multiple of 32
     * @return an ONNX model
     * @throws ModelException if a tensor is missing, unexpected, misshapen or not finite
     */
    public static byte[] write(Network network, StateDict stateDict, double batchNormEpsilon, int inputSize) {
        network.requireTensors(stateDict);
        return new OnnxGraph(stateDict, batchNormEpsilon, inputSize).model(network).toByteArray();
    }

    private ModelProto model(Network network) {
        graph.setName("mobilenet_v3_" + network.variant().size().name().toLowerCase(Locale.ROOT));
        graph.addInput(valueInfo(INPUT, 3, inputSize, inputSize));
        Value value = new Value(INPUT, inputSize);
        for (Layer layer : network.layers()) {
            value = add(layer, value);
        }
        writer.node("Identity", LOGITS, List.of(value.name()));
        graph.addOutput(valueInfo(LOGITS, network.variant().classes()));
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("flink-vision")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATOR_SET))
                .setGraph(graph)
                .build();
    }

    private Value add(Layer layer, Value input) {
        if (layer instanceof Convolution convolution) {
            return convolution(convolution, input);
        }
        if (layer instanceof Linear linear) {
            return linear(linear, input);
        }
        if (layer instanceof SqueezeAndExcite squeeze) {
            return squeezeAndExcite(squeeze, input);
        }
        if (layer instanceof PixelwiseExcite excite) {
            Value gate = convolution(excite.expand(), convolution(excite.reduce(), input));
            return scaled(input, gate, excite.reduce().prefix());
        }
        if (layer instanceof InvertedResidual block) {
            return invertedResidual(block, input);
        }
        if (layer instanceof Layer.Nonlinearity nonlinearity) {
            return new Value(activation(nonlinearity.activation(), input.name()), input.size());
        }
        if (layer instanceof Layer.GlobalAveragePool) {
            return new Value(writer.node("GlobalAveragePool", input.name() + ".pooled", List.of(input.name())), 1);
        }
        return new Value(writer.node("Flatten", input.name() + ".flat", List.of(input.name())), 1);
    }

    private Value convolution(Convolution layer, Value input) {
        FoldedWeights folded = FoldedWeights.fold(stateDict, layer.prefix(), layer.bias(),
                layer.batchNorm(), layer.output(), batchNormEpsilon);
        String weight = writer.floats(layer.prefix() + ".weight", folded.weight(), layer.output(),
                layer.input() / layer.groups(), layer.kernel(), layer.kernel());
        String bias = writer.floats(layer.prefix() + ".bias", folded.bias(), layer.output());
        int before = layer.padding().before(input.size(), layer.kernel(), layer.stride());
        int after = layer.padding().after(input.size(), layer.kernel(), layer.stride());
        String output = writer.node("Conv", layer.prefix(), List.of(input.name(), weight, bias),
                integers("kernel_shape", layer.kernel(), layer.kernel()),
                integers("strides", layer.stride(), layer.stride()),
                integers("pads", before, before, after, after),
                integer("group", layer.groups()));
        return new Value(
                activation(layer.activation(), output),
                layer.padding().outputSize(input.size(), layer.kernel(), layer.stride()));
    }

    private Value linear(Linear layer, Value input) {
        FoldedWeights folded = FoldedWeights.fold(
                stateDict, layer.prefix(), layer.bias(), layer.batchNorm(), layer.output(), batchNormEpsilon);
        String weight = writer.floats(layer.prefix() + ".weight", folded.weight(), layer.output(), layer.input());
        String bias = writer.floats(layer.prefix() + ".bias", folded.bias(), layer.output());
        String output = writer.node("Gemm", layer.prefix(), List.of(input.name(), weight, bias), integer("transB", 1));
        return new Value(activation(layer.activation(), output), 1);
    }

    private Value squeezeAndExcite(SqueezeAndExcite layer, Value input) {
        String prefix = layer.reduce().prefix();
        Value pooled = new Value(writer.node("GlobalAveragePool", prefix + ".squeeze", List.of(input.name())), 1);
        Value gate = mapChannels(layer.expand(), mapChannels(layer.reduce(), pooled));
        return scaled(input, gate, prefix);
    }

    private Value scaled(Value input, Value gate, String prefix) {
        return new Value(writer.node("Mul", prefix + ".excite", List.of(input.name(), gate.name())), input.size());
    }

    /** Averages keep their 1x1 rows and columns, so that the gate scales the channels by broadcasting. */
    private Value mapChannels(ChannelMap layer, Value pooled) {
        return layer instanceof Linear linear
                ? convolution(linear.asPointwiseConvolution(), pooled)
                : add(layer, pooled);
    }

    private Value invertedResidual(InvertedResidual block, Value input) {
        Value value = input;
        for (Layer part : block.body()) {
            value = add(part, value);
        }
        if (!(block.shortcut() instanceof Shortcut.None)) {
            Value shortcut = shortcut(block.shortcut(), input);
            String sum = writer.node("Add", value.name() + ".sum", List.of(value.name(), shortcut.name()));
            value = new Value(sum, value.size());
        }
        return new Value(activation(block.activation(), value.name()), value.size());
    }

    private Value shortcut(Shortcut shortcut, Value input) {
        Value value = input;
        if (shortcut instanceof Shortcut.Projection projection) {
            for (Convolution convolution : projection.convolutions()) {
                value = convolution(convolution, value);
            }
        }
        return value;
    }

    private String activation(Activation activation, String input) {
        return switch (activation) {
            case NONE -> input;
            case RELU -> writer.node("Relu", input + ".relu", List.of(input));
            case HARD_SWISH -> writer.node("HardSwish", input + ".hard_swish", List.of(input));
            case HARD_SIGMOID -> writer.node("HardSigmoid", input + ".hard_sigmoid", List.of(input),
                    real("alpha", 1f / 6), real("beta", 0.5f));
        };
    }

    /** A float value whose first dimension, the batch, is open. */
    private static ValueInfoProto valueInfo(String name, int... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("n"));
        for (int dimension : shape) {
            dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dimension));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(dimensions)))
                .build();
    }
}
