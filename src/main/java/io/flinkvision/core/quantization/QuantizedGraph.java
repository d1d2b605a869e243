package io.flinkvision.core.quantization;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.flinkvision.core.quantization.AffineQuantization.ValueRange;
import io.flinkvision.core.weights.GraphWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Rewrites a float graph in ONNX's QDQ form: pairs of {@code QuantizeLinear} and {@code DequantizeLinear} around each
 * layer to be computed in integers, which ONNX Runtime replaces by its integer operators. A runtime without such
 * operators computes the same numbers in float.
 */
final class QuantizedGraph {

    /** Below it h-swish is 0 (Howard et al., Searching for MobileNetV3, 2019, section 5.2), so nothing is lost. */
    private static final float HARD_SWISH_ZERO = -3;

    private static final String DEQUANTISED = ".dequantised";

    private final ModelProto model;
    private final Set<String> layers;
    private final Map<String, ValueRange> ranges;
    private final Map<String, TensorProto> floats;
    private final Map<String, List<NodeProto>> consumers = new HashMap<>();
    private final Map<String, AffineQuantization> quantised = new HashMap<>();
    private final Set<String> initialized = new HashSet<>();
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final GraphWriter writer = new GraphWriter(graph);

    QuantizedGraph(ModelProto model, Set<String> layers, Map<String, ValueRange> ranges) {
        this.model = model;
        this.layers = layers;
        this.ranges = ranges;
        this.floats = model.getGraph().getInitializerList().stream()
                .collect(Collectors.toMap(TensorProto::getName, Function.identity()));
        for (NodeProto node : model.getGraph().getNodeList()) {
            node.getInputList().forEach(
                    value -> consumers.computeIfAbsent(value, unused -> new ArrayList<>()).add(node));
        }
    }

    byte[] write() {
        GraphProto source = model.getGraph();
        for (NodeProto node : source.getNodeList()) {
            chooseValues(node);
        }
        graph.setName(source.getName()).addAllInput(source.getInputList()).addAllOutput(source.getOutputList());
        for (NodeProto node : source.getNodeList()) {
            NodeProto.Builder rewritten = node.toBuilder();
            for (int i = 0; i < node.getInputCount(); i++) {
                if (quantised.containsKey(node.getInput(i))) {
                    rewritten.setInput(i, node.getInput(i) + DEQUANTISED);
                }
            }
            if (layers.contains(node.getName())) {
                addWeights(node, rewritten);
            } else {
                node.getInputList().stream().filter(floats::containsKey).filter(initialized::add)
                        .forEach(name -> graph.addInitializer(floats.get(name)));
            }
            graph.addNode(rewritten);
            if (quantised.containsKey(node.getOutput(0))) {
                addPair(node.getOutput(0));
            }
        }
        return model.toBuilder().setGraph(graph).build().toByteArray();
    }

    /** Chooses the values to quantise: a layer's input and output, and summands of such values. */
    private void chooseValues(NodeProto node) {
        if (layers.contains(node.getName())) {
            choose(node.getInput(0));
            // The scores stay as they are summed up: nothing is computed with them any more.
            if (node.getOpType().equals("Conv")) {
                choose(onlyConsumer(node.getOutput(0), "Relu").map(relu -> relu.getOutput(0)).orElse(
                        node.getOutput(0)));
            }
        } else if (node.getOpType().equals("Add") && node.getInputList().stream().anyMatch(quantised::containsKey)) {
            node.getInputList().forEach(this::choose);
            choose(node.getOutput(0));
        }
    }

    private void choose(String value) {
        ValueRange range = ranges.get(value);
        quantised.put(value, AffineQuantization.covering(
                onlyConsumer(value, "HardSwish").isPresent() ? range.from(HARD_SWISH_ZERO) : range));
    }

    private Optional<NodeProto> onlyConsumer(String value, String operator) {
        List<NodeProto> nodes = consumers.getOrDefault(value, List.of());
        return nodes.stream().filter(node -> nodes.size() == 1 && node.getOpType().equals(operator)).findFirst();
    }

    private void addPair(String value) {
        AffineQuantization quantization = quantised.get(value);
        String scale = writer.floats(value + ".scale", new float[] {quantization.scale()});
        String zeroPoint = writer.initializer(value + ".zero_point", TensorProto.DataType.UINT8_VALUE,
                new byte[] {(byte) quantization.zeroPoint()});
        writer.node("QuantizeLinear", value + ".quantised", List.of(value, scale, zeroPoint));
        writer.node("DequantizeLinear", value + DEQUANTISED, List.of(value + ".quantised", scale, zeroPoint));
    }

    private void addWeights(NodeProto layer, NodeProto.Builder rewritten) {
        TensorProto weight = floats.get(layer.getInput(1));
        ChannelWeights channels = ChannelWeights.of(elements(weight), elements(floats.get(layer.getInput(2))),
                quantised.get(layer.getInput(0)).scale());
        int outputs = channels.scales().length;
        String weights = writer.initializer(layer.getInput(1), TensorProto.DataType.INT8_VALUE, channels.weights(),
                weight.getDimsList().stream().mapToLong(Long::longValue).toArray());
        String weightZeroPoints = writer.initializer(
                weights + ".zero_point", TensorProto.DataType.INT8_VALUE, new byte[outputs], outputs);
        rewritten.setInput(1, dequantised(weights, channels.scales(), weightZeroPoints));
        String biases = writer.initializer(
                layer.getInput(2), TensorProto.DataType.INT32_VALUE, bytes(channels.biases()), outputs);
        String biasZeroPoints = writer.initializer(
                biases + ".zero_point", TensorProto.DataType.INT32_VALUE, bytes(new int[outputs]), outputs);
        rewritten.setInput(2, dequantised(biases, channels.biasScales(), biasZeroPoints));
    }

    /**
     * Integers with one scale per channel. The zero points are all 0 and could be left out, but without them ONNX
     * Runtime does not use its integer {@code Gemm}.
     */
    private String dequantised(String numbers, float[] scales, String zeroPoints) {
        String scale = writer.floats(numbers + ".scale", scales, scales.length);
        return writer.node("DequantizeLinear", numbers + DEQUANTISED, List.of(numbers, scale, zeroPoints),
                GraphWriter.integer("axis", 0));
    }

    private static byte[] bytes(int[] elements) {
        ByteBuffer bytes = ByteBuffer.allocate(elements.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(elements);
        return bytes.array();
    }

    private static float[] elements(TensorProto tensor) {
        FloatBuffer floats = ByteBuffer.wrap(tensor.getRawData().toByteArray())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] elements = new float[floats.remaining()];
        floats.get(elements);
        return elements;
    }

    /**
     * A layer's weights and biases as integers, each output channel with a scale of its own: {@code weight = scale *
     * number} with numbers from -127 to 127, {@code bias = scale * inputScale * number} in 32 bits, so that a layer
     * sums up both as integers.
     *
     * @param weights {@code [output, ...]}
     * @param scales {@code [output]}, positive
     * @param biases {@code [output]}
     * @param biasScales {@code [output]}, positive
     */
    record ChannelWeights(byte[] weights, float[] scales, int[] biases, float[] biasScales) {

        private static final int MAX = 127;

        /** Leaves room in 32 bits for the sum over a channel's products. */
        private static final double MAX_BIAS = 1 << 30;

        /**
         * Quantises a layer.
         *
         * @param weights {@code [output, ...]}, finite
         * @param biases {@code [output]}, finite
         * @param inputScale the scale of the layer's input
         */
        static ChannelWeights of(float[] weights, float[] biases, float inputScale) {
            int channels = biases.length;
            if (channels == 0 || weights.length % channels != 0) {
                throw new IllegalArgumentException(weights.length + " weights for " + channels + " output channels");
            }
            int length = weights.length / channels;
            byte[] numbers = new byte[weights.length];
            float[] scales = new float[channels];
            int[] biasNumbers = new int[channels];
            float[] biasScales = new float[channels];
            for (int channel = 0; channel < channels; channel++) {
                int start = channel * length;
                scales[channel] = scale(weights, start, start + length, biases[channel], inputScale);
                for (int i = start; i < start + length; i++) {
                    numbers[i] = (byte) Math.rint(weights[i] / (double) scales[channel]);
                }
                biasScales[channel] = scales[channel] * inputScale;
                biasNumbers[channel] = (int) Math.rint(biases[channel] / (double) biasScales[channel]);
            }
            return new ChannelWeights(numbers, scales, biasNumbers, biasScales);
        }

        private static float scale(float[] weights, int start, int end, float bias, float inputScale) {
            double largest = 0;
            for (int i = start; i < end; i++) {
                largest = Math.max(largest, Math.abs(weights[i]));
            }
            // A channel of tiny weights and a large bias: its weights lose bits so that its bias has a number at all.
            double scale = Math.max(largest / MAX, Math.abs(bias) / (inputScale * MAX_BIAS));
            return scale >= Float.MIN_NORMAL ? (float) scale : 1;
        }
    }
}
