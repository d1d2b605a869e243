package io.flinkvision.core.quantization;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.mobilenet.OnnxGraph;
import io.flinkvision.core.quantization.AffineQuantization.ValueRange;
import io.flinkvision.core.weights.ModelException;
import java.util.Map;
import java.util.Set;

/**
 * A float network whose layers can be computed in 8-bit whole numbers.
 *
 * @param model as {@link OnnxGraph} writes it
 * @param layers the names of the layers that may be quantised, each with the first scope that has it
 */
public record QuantizableNetwork(ModelProto model, Map<String, Scope> layers) {

    public QuantizableNetwork {
        layers = Map.copyOf(layers);
    }

    /**
     * A bundle's network.
     *
     * @throws ModelException if the bundle holds an ONNX model, whose layers the project does not know, or its weights
     *     cannot be used
     */
    public static QuantizableNetwork of(ModelBundle bundle) {
        if (!(bundle.weights() instanceof Weights.Tensors)) {
            throw new ModelException(bundle.name() + " is an ONNX model already; quantise the model whose tensors it"
                    + " was made of");
        }
        return of(bundle.onnx());
    }

    /** @param onnx as {@link OnnxGraph} writes it */
    static QuantizableNetwork of(byte[] onnx) {
        try {
            ModelProto model = ModelProto.parseFrom(onnx);
            return new QuantizableNetwork(model, QuantizableLayers.of(model.getGraph()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("A model that was just written must be readable", e);
        }
    }

    /** The network as it is: input {@link OnnxGraph#INPUT}, output {@link OnnxGraph#LOGITS}. */
    public byte[] onnx() {
        return model.toByteArray();
    }

    /** The network with each value that it computes on the way as one more output, of the value's own name. */
    public byte[] observed() {
        ModelProto.Builder observed = model.toBuilder();
        for (NodeProto node : model.getGraph().getNodeList()) {
            String value = node.getOutput(0);
            if (!value.equals(OnnxGraph.LOGITS)) {
                observed.getGraphBuilder().addOutput(ValueInfoProto.newBuilder()
                        .setName(value)
                        .setType(TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE))));
            }
        }
        return observed.build().toByteArray();
    }

    /**
     * The network with some layers in whole numbers.
     *
     * @param quantised names of those layers
     * @param ranges of every value, the input among them
     * @return an ONNX model with the same input and output
     */
    public byte[] quantised(Set<String> quantised, Map<String, ValueRange> ranges) {
        if (!layers.keySet().containsAll(quantised)) {
            throw new IllegalArgumentException("Not all of " + quantised + " can be quantised");
        }
        return new QuantizedGraph(model, quantised, ranges).write();
    }

    /**
     * Which layers of a network are quantised; each of them has those before it too.
     *
     * <p>Depthwise convolutions, the first convolution and squeeze-and-excite stay in float: in whole numbers they make the
     * network slower, not faster, in ONNX Runtime (docs/quantization.md).
     */
    public enum Scope {

        /** The layers after the last average: they are as slow as their weights are read, and bytes are read faster. */
        CLASSIFIER("classifier"),

        /** And the pointwise convolutions of the last stage, a thirty-second of the input's size. */
        LAST_STAGE("last stage"),

        /** And all other pointwise convolutions. */
        POINTWISE("pointwise");

        private final String title;

        Scope(String title) {
            this.title = title;
        }

        /** As people read it. */
        public String title() {
            return title;
        }
    }
}
