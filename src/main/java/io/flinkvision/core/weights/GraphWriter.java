package io.flinkvision.core.weights;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Adds nodes and initializers to an ONNX graph. Each node has one output, which has the node's own name. */
public final class GraphWriter {

    private final GraphProto.Builder graph;

    public GraphWriter(GraphProto.Builder graph) {
        this.graph = graph;
    }

    /** Adds a node, and returns its name. */
    public String node(String operator, String name, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(name)
                .addAllInput(inputs)
                .addOutput(name)
                .addAllAttribute(List.of(attributes)));
        return name;
    }

    /** Adds 32-bit floats, row-major, and returns their name. */
    public String floats(String name, float[] elements, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(elements);
        return initializer(name, TensorProto.DataType.FLOAT_VALUE, bytes.array(), shape);
    }

    /**
     * Adds a tensor, and returns its name.
     *
     * @param dataType of {@link TensorProto.DataType}
     * @param elements row-major, little-endian
     */
    public String initializer(String name, int dataType, byte[] elements, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(dataType)
                .setRawData(ByteString.copyFrom(elements));
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        graph.addInitializer(tensor);
        return name;
    }

    public static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name).setType(AttributeProto.AttributeType.INT).setI(value).build();
    }

    public static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    public static AttributeProto real(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name).setType(AttributeProto.AttributeType.FLOAT).setF(value).build();
    }
}
