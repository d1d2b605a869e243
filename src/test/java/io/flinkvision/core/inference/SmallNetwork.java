package io.flinkvision.core.inference;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/**
 * Real ONNX networks of one layer: the average of each channel, {@code [n, 3]}, times {@code weight [classes, 3]} plus
 * {@code bias [classes]}.
 */
public final class SmallNetwork {

    /** The side of the square input in pixels. */
    public static final int SIZE = 32;

    private SmallNetwork() {}

    /** A network whose logits are the same for every picture. */
    public static byte[] ofConstantLogits(float... logits) {
        return of(new float[3 * logits.length], logits);
    }

    /** A network of a weight and a bias. */
    public static byte[] of(float[] weight, float[] bias) {
        return model(graph(weight, bias)
                .addInput(value("input", DataType.FLOAT, -1, 3, SIZE, SIZE))
                .addOutput(value("logits", DataType.FLOAT, -1, bias.length)));
    }

    /** The nodes and weights of a network, without inputs and outputs. */
    public static GraphProto.Builder graph(float[] weight, float[] bias) {
        return GraphProto.newBuilder()
                .setName("small")
                .addInitializer(tensor("weight", weight, bias.length, 3))
                .addInitializer(tensor("bias", bias, bias.length))
                .addNode(node("GlobalAveragePool", "pooled", "input"))
                .addNode(node("Flatten", "flat", "pooled"))
                .addNode(node("Gemm", "logits", "flat", "weight", "bias").toBuilder()
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("transB").setType(AttributeProto.AttributeType.INT).setI(1)));
    }

    public static byte[] model(GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    public static NodeProto node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator).setName(output).addAllInput(List.of(inputs)).addOutput(output).build();
    }

    /** The attribute of operators that work along one axis. */
    public static AttributeProto axis(int axis) {
        return AttributeProto.newBuilder()
                .setName("axis").setType(AttributeProto.AttributeType.INT).setI(axis).build();
    }

    /** @param shape its dimensions, -1 for an open one */
    public static ValueInfoProto value(String name, DataType type, int... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (int dimension : shape) {
            TensorShapeProto.Dimension.Builder builder = TensorShapeProto.Dimension.newBuilder();
            dimensions.addDim(dimension == -1 ? builder.setDimParam("n") : builder.setDimValue(dimension));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(
                        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dimensions)))
                .build();
    }

    private static TensorProto tensor(String name, float[] elements, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT_VALUE);
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        for (float element : elements) {
            tensor.addFloatData(element);
        }
        return tensor.build();
    }
}
