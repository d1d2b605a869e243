package io.flinkvision.core.weights;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes a network whose layers after the pooled features are replaced by a head, as one ONNX model: the pooled
 * features are divided by their L2 norm and multiplied by the head's weight.
 */
public final class TaughtGraph {

    /** The name of the graph's output, unless the network has a value of that name. */
    private static final String LOGITS = "logits";

    private static final String PREFIX = "head.";

    /** From this operator set on the axes of a reduction are an input. */
    private static final long AXES_AS_INPUT = 18;

    /** Added to the norm, so that features that are all zero stay so; no norm above 1e-22 is changed by it. */
    private static final float LEAST_NORM = 1e-30f;

    private final ModelProto model;
    private final GraphProto.Builder graph;
    private final GraphWriter writer;
    private final Set<String> taken = new HashSet<>();

    private TaughtGraph(ModelProto model) {
        this.model = model;
        this.graph = model.getGraph().toBuilder();
        this.writer = new GraphWriter(graph);
        graph.getNodeList().stream()
                .flatMap(node -> Stream.concat(node.getInputList().stream(), node.getOutputList().stream()))
                .forEach(taken::add);
        graph.getNodeList().stream().map(NodeProto::getName).forEach(taken::add);
        graph.getInputList().stream().map(ValueInfoProto::getName).forEach(taken::add);
        graph.getInitializerList().stream().map(TensorProto::getName).forEach(taken::add);
    }

    /**
     * Writes the network.
     *
     * @param source where the network comes from, for errors
     * @param onnx a model of one image input and one output
     * @return an ONNX model with the same input, and the labels' logits {@code [n, labels]} as its only output
     * @throws ModelException if the network has no pooled features, or not as many as the head takes
     */
    public static byte[] write(String source, byte[] onnx, LinearHead head) {
        PooledCut cut = PooledCut.of(source, onnx);
        if (cut.features() != head.features()) {
            throw new ModelException(source + ": the head takes " + head.features() + " features, but the network"
                    + " gives " + cut.features());
        }
        try {
            return new TaughtGraph(ModelProto.parseFrom(cut.backbone())).with(head).toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("A model that was just written must be readable", e);
        }
    }

    private ModelProto with(LinearHead head) {
        ValueInfoProto pooled = graph.getOutput(0);
        String flat = writer.node("Flatten", unused(PREFIX + "flat"), List.of(pooled.getName()),
                GraphWriter.integer("axis", 1));
        String norm = writer.node("Add", unused(PREFIX + "norm"),
                List.of(length(flat), writer.floats(unused(PREFIX + "least-norm"), new float[] {LEAST_NORM}, 1)));
        String unit = writer.node("Div", unused(PREFIX + "unit"), List.of(flat, norm));
        int labels = head.labels().size();
        String weight = writer.floats(
                unused(PREFIX + "weight"), divided(head.weight(), head.temperature()), labels, head.features());
        String bias = writer.floats(unused(PREFIX + "bias"), divided(head.bias(), head.temperature()), labels);
        String logits = writer.node("Gemm", unused(LOGITS), List.of(unit, weight, bias),
                GraphWriter.integer("transB", 1));
        // The number of features, which cannot always be seen in the nodes.
        graph.addValueInfo(pooled);
        graph.clearOutput().addOutput(output(logits, pooled, labels));
        return model.toBuilder().setGraph(graph).build();
    }

    private String length(String flat) {
        long operatorSet = model.getOpsetImportList().stream()
                .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
                .mapToLong(set -> set.getVersion())
                .findFirst().orElse(1);
        String name = unused(PREFIX + "length");
        if (operatorSet < AXES_AS_INPUT) {
            return writer.node("ReduceL2", name, List.of(flat), GraphWriter.integers("axes", 1));
        }
        byte[] axes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(1).array();
        return writer.node("ReduceL2", name,
                List.of(flat, writer.initializer(unused(PREFIX + "axes"), DataType.INT64_VALUE, axes, 1)));
    }

    /** The batch is as open as that of the features. */
    private static ValueInfoProto output(String name, ValueInfoProto pooled, int labels) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(DataType.FLOAT_VALUE)
                        .setShape(TensorShapeProto.newBuilder()
                                .addDim(pooled.getType().getTensorType().getShape().getDim(0))
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(labels)))))
                .build();
    }

    private static float[] divided(float[] numbers, double divisor) {
        float[] quotients = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            quotients[i] = (float) (numbers[i] / divisor);
        }
        return quotients;
    }

    /** The name, with underscores if the network uses it already. */
    private String unused(String name) {
        String unused = name;
        while (!taken.add(unused)) {
            unused += "_";
        }
        return unused;
    }
}
