package io.flinkvision.core.weights;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An ONNX model of an image classifier, cut in two at its pooled features: the last average over height and width that
 * everything on the way from the input to the output passes through. ONNX lists nodes in topological order, which all
 * searches here rely on.
 */
public final class PooledCut {

    /** More than any image network has. */
    private static final int MAX_FEATURES = 1 << 16;

    /** The layers that make channels, each with the input that has an element or row for each of them. */
    private static final Map<String, Integer> WEIGHT_INPUTS =
            Map.of("Conv", 1, "FusedConv", 1, "QLinearConv", 3, "BatchNormalization", 1);

    private static final Set<String> CHANNEL_KEEPING = Set.of(
            "GlobalAveragePool", "ReduceMean", "AveragePool", "MaxPool", "Relu", "LeakyRelu", "PRelu", "Elu", "Selu",
            "Celu", "Gelu", "Sigmoid", "Tanh", "Softplus", "Erf", "Mish", "HardSwish", "HardSigmoid", "Clip",
            "Identity", "Dropout", "Cast", "QuantizeLinear", "DequantizeLinear", "Add", "Sub", "Mul", "Div", "Min",
            "Max");

    private final String source;
    private final ModelProto model;
    private final GraphProto graph;
    private final Map<String, TensorProto> initializers;
    private final Map<String, NodeProto> makers = new HashMap<>();
    private final ValueInfoProto input;
    private final ValueInfoProto output;
    private final NodeProto pool;

    private PooledCut(String source, ModelProto model) {
        this.source = source;
        this.model = model;
        this.graph = model.getGraph();
        this.initializers = graph.getInitializerList().stream()
                .collect(Collectors.toMap(TensorProto::getName, Function.identity(), (first, second) -> second));
        graph.getNodeList().forEach(node -> node.getOutputList().forEach(value -> makers.put(value, node)));
        this.input = only("input", graph.getInputList().stream()
                .filter(value -> !initializers.containsKey(value.getName()))
                .toList());
        this.output = only("output", graph.getOutputList());
        this.pool = pool();
        if (pool.getOutput(0).equals(output.getName())) {
            throw noPooledFeatures("'" + output.getName() + "', its output, is the average itself");
        }
    }

    /**
     * Finds where to cut.
     *
     * @param source where the model comes from, for errors
     * @param onnx a model of one image input and one output
     * @throws ModelException if it has no such average, or a side path leads around it
     */
    public static PooledCut of(String source, byte[] onnx) {
        try {
            return new PooledCut(source, ModelProto.parseFrom(onnx));
        } catch (InvalidProtocolBufferException e) {
            throw new ModelException(source + " is not an ONNX model, or a damaged one: " + e.getMessage(), e);
        }
    }

    private ValueInfoProto only(String role, List<ValueInfoProto> values) {
        if (values.size() != 1) {
            throw new ModelException(source + ": an image classifier has one " + role + ", but this model has "
                    + values.stream().map(ValueInfoProto::getName).toList());
        }
        return values.get(0);
    }

    /**
     * The last average that no dependency leads around. As the nodes are in topological order, one leads around a node
     * exactly if a value from before it is read after it.
     */
    private NodeProto pool() {
        List<NodeProto> way = wayFromInputToOutput();
        Map<String, Integer> lastUse = new HashMap<>();
        for (int i = 0; i < way.size(); i++) {
            int index = i;
            uses(way.get(i)).forEach(value -> lastUse.put(value, index));
        }
        lastUse.put(output.getName(), way.size());
        int reach = lastUse.getOrDefault(input.getName(), 0);
        Optional<NodeProto> last = Optional.empty();
        Optional<NodeProto> cut = Optional.empty();
        for (int i = 0; i < way.size(); i++) {
            NodeProto node = way.get(i);
            if (isPool(node)) {
                last = Optional.of(node);
                cut = reach <= i ? last : cut;
            }
            reach = node.getOutputList().stream()
                    .mapToInt(value -> lastUse.getOrDefault(value, 0))
                    .reduce(reach, Math::max);
        }
        String place = last.map(node -> "'" + node.getOutput(0) + "'").orElse("");
        return cut.orElseThrow(() -> noPooledFeatures(place.isEmpty()
                ? "no GlobalAveragePool, nor ReduceMean over the axes 2 and 3, is on the way to its output"
                : "a side path leads around " + place + ", the last average over height and width on the way to its"
                        + " output"));
    }

    private ModelException noPooledFeatures(String reason) {
        return new ModelException(source + ": the network has no pooled features to apply heads to: " + reason);
    }

    /** The nodes that depend on the input, and that the output depends on. */
    private List<NodeProto> wayFromInputToOutput() {
        Set<String> dependent = new HashSet<>(Set.of(input.getName()));
        return makersOf(output.getName(), Optional.empty()).stream()
                .filter(node -> uses(node).anyMatch(dependent::contains)
                        && dependent.addAll(node.getOutputList()))
                .toList();
    }

    private boolean isPool(NodeProto node) {
        return node.getOpType().equals("GlobalAveragePool")
                || node.getOpType().equals("ReduceMean") && Set.of(2L, 3L).equals(axes(node));
    }

    /** Of {@code [n, channels, height, width]}, as an attribute or since operator set 18 an input. */
    private Set<Long> axes(NodeProto reduction) {
        List<Long> axes = reduction.getInputCount() > 1
                ? integers(reduction.getInput(1))
                : attribute(reduction, "axes").map(AttributeProto::getIntsList).orElse(List.of());
        return axes.stream().map(axis -> axis < 0 ? axis + 4 : axis).collect(Collectors.toSet());
    }

    /** The numbers of a constant; none where it is computed. */
    private List<Long> integers(String value) {
        return constant(value).map(PooledCut::integers)
                .filter(integers -> !integers.isEmpty())
                .or(() -> Optional.ofNullable(makers.get(value))
                        .flatMap(maker -> attribute(maker, "value_ints"))
                        .map(AttributeProto::getIntsList))
                .orElse(List.of());
    }

    private static List<Long> integers(TensorProto tensor) {
        if (tensor.getDataType() != TensorProto.DataType.INT64_VALUE || !tensor.hasRawData()) {
            return tensor.getInt64DataList();
        }
        ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<Long> integers = new ArrayList<>();
        while (bytes.remaining() >= Long.BYTES) {
            integers.add(bytes.getLong());
        }
        return integers;
    }

    /** The nodes that a value is made by, in their order, without those that only make a value that is given. */
    private List<NodeProto> makersOf(String value, Optional<String> given) {
        Set<String> needed = new HashSet<>(Set.of(value));
        List<NodeProto> nodes = new ArrayList<>();
        for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
            NodeProto node = graph.getNode(i);
            boolean isNeeded = node.getOutputList().stream()
                    .anyMatch(made -> needed.contains(made) && !given.equals(Optional.of(made)));
            if (isNeeded) {
                nodes.add(node);
                uses(node).forEach(needed::add);
            }
        }
        Collections.reverse(nodes);
        return nodes;
    }

    /** The values that a node reads, those among them that only its subgraphs read. */
    private static Stream<String> uses(NodeProto node) {
        Stream<GraphProto> subgraphs = node.getAttributeList().stream().flatMap(attribute ->
                attribute.hasG() ? Stream.of(attribute.getG()) : attribute.getGraphsList().stream());
        return Stream.concat(node.getInputList().stream(), subgraphs.flatMap(PooledCut::uses))
                .filter(value -> !value.isEmpty());
    }

    private static Stream<String> uses(GraphProto subgraph) {
        return Stream.concat(
                subgraph.getNodeList().stream().flatMap(PooledCut::uses),
                subgraph.getOutputList().stream().map(ValueInfoProto::getName));
    }

    private static Optional<AttributeProto> attribute(NodeProto node, String name) {
        return node.getAttributeList().stream().filter(candidate -> candidate.getName().equals(name)).findFirst();
    }

    /**
     * The shape of a picture's features: {@code [1, features, 1, 1]} or {@code [1, features]}.
     *
     * @throws ModelException as {@link #features()}
     */
    public long[] shape() {
        boolean isFlat = pool.getOpType().equals("ReduceMean")
                && attribute(pool, "keepdims").filter(keep -> keep.getI() == 0).isPresent();
        return isFlat ? new long[] {1, features()} : new long[] {1, features(), 1, 1};
    }

    /**
     * The number of features: the channels that are averaged.
     *
     * @throws ModelException if the graph does not show it
     */
    public int features() {
        long channels = channels(pool.getOutput(0))
                .or(() -> channels(pool.getInput(0)))
                .orElseThrow(() -> new ModelException(source + ": the number of channels of '" + pool.getInput(0)
                        + "', which the pooled features are the averages of, is not to be seen in the graph; save the"
                        + " model with the shapes of its values (onnx.shape_inference)"));
        if (channels < 1 || channels > MAX_FEATURES) {
            throw new ModelException(source + ": " + channels + " pooled features are not supported; a network has from"
                    + " 1 to " + MAX_FEATURES);
        }
        return (int) channels;
    }

    private Optional<Long> channels(String start) {
        String value = start;
        // The bound is for a hostile model, whose nodes may go round in a circle.
        for (int step = 0; step < graph.getNodeCount(); step++) {
            Optional<Long> declared = declaredChannels(value);
            NodeProto maker = makers.get(value);
            if (declared.isPresent() || maker == null || maker.getInputCount() == 0) {
                return declared;
            }
            if (WEIGHT_INPUTS.containsKey(maker.getOpType())) {
                return outputChannels(maker, WEIGHT_INPUTS.get(maker.getOpType()));
            }
            if (!CHANNEL_KEEPING.contains(maker.getOpType())) {
                return Optional.empty();
            }
            value = followed(maker);
        }
        return declaredChannels(value);
    }

    /** The input whose channels a node keeps: a factor or summand may be a constant. */
    private String followed(NodeProto node) {
        return node.getInputList().stream()
                .filter(value -> !isConstant(value))
                .findFirst()
                .orElse(node.getInput(0));
    }

    private boolean isConstant(String value) {
        return initializers.containsKey(value)
                || makers.containsKey(value) && makers.get(value).getOpType().equals("Constant");
    }

    private Optional<Long> declaredChannels(String value) {
        return Stream.of(graph.getValueInfoList(), graph.getInputList())
                .flatMap(Collection::stream)
                .filter(info -> info.getName().equals(value))
                .map(info -> info.getType().getTensorType().getShape())
                .filter(shape -> shape.getDimCount() > 1 && shape.getDim(1).hasDimValue())
                .map(shape -> shape.getDim(1).getDimValue())
                .findFirst();
    }

    /** The first dimension of a layer's weight, which may be quantised. */
    private Optional<Long> outputChannels(NodeProto layer, int input) {
        if (layer.getInputCount() <= input) {
            return Optional.empty();
        }
        String weight = layer.getInput(input);
        NodeProto maker = makers.get(weight);
        if (maker != null && maker.getOpType().equals("DequantizeLinear")) {
            weight = maker.getInput(0);
        }
        return constant(weight).filter(tensor -> tensor.getDimsCount() > 0).map(tensor -> tensor.getDims(0));
    }

    private Optional<TensorProto> constant(String value) {
        return Optional.ofNullable(initializers.get(value))
                .or(() -> Optional.ofNullable(makers.get(value))
                        .filter(maker -> maker.getOpType().equals("Constant"))
                        .flatMap(maker -> attribute(maker, "value"))
                        .map(AttributeProto::getT));
    }

    /** The first part, from the input to the features; its batch is as open as the whole model's. */
    public byte[] backbone() {
        return part("backbone", makersOf(pool.getOutput(0), Optional.empty()), input, pooled());
    }

    /** The second part, from the features to the output. */
    public byte[] tail() {
        return part("tail", makersOf(output.getName(), Optional.of(pool.getOutput(0))), pooled(), output);
    }

    private ValueInfoProto pooled() {
        TensorShapeProto whole = input.getType().getTensorType().getShape();
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDim(whole.getDimCount() > 0 ? whole.getDim(0) : TensorShapeProto.Dimension.getDefaultInstance());
        long[] dimensions = shape();
        for (int i = 1; i < dimensions.length; i++) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dimensions[i]));
        }
        return ValueInfoProto.newBuilder()
                .setName(pool.getOutput(0))
                .setType(TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
                .build();
    }

    private byte[] part(String name, List<NodeProto> nodes, ValueInfoProto from, ValueInfoProto to) {
        Set<String> used = nodes.stream().flatMap(PooledCut::uses).collect(Collectors.toSet());
        GraphProto.Builder part = GraphProto.newBuilder()
                .setName(name)
                .addAllNode(nodes)
                .addInput(from)
                .addOutput(to);
        // Models before IR version 4 list their initializers among the inputs, too.
        graph.getInputList().stream()
                .filter(value -> initializers.containsKey(value.getName()) && used.contains(value.getName()))
                .forEach(part::addInput);
        graph.getInitializerList().stream().filter(tensor -> used.contains(tensor.getName()))
                .forEach(part::addInitializer);
        for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
            if (used.contains(tensor.getValues().getName())) {
                part.addSparseInitializer(tensor);
            }
        }
        return model.toBuilder().setGraph(part).build().toByteArray();
    }
}
