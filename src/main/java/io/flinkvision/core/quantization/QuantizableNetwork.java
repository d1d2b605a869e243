package io.flinkvision.core.quantization;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
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
 * A float network whose layers can be computed in 8-bit integers.
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
        if (!(bundle.weights().backbone() instanceof Weights.Tensors)) {
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
     * The network with some layers in integers.
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
     * Which layers of a network are quantised; each scope includes those before it.
     *
     * <p>Depthwise convolutions, the first convolution and squeeze-and-excite stay in float: as integers they make the
     * network slower in ONNX Runtime (docs/quantization.md).
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

    /** Finds the layers of each {@link Scope} in a network that {@link OnnxGraph} wrote. */
    private static final class QuantizableLayers {

        private static final int LAST_STAGE_STRIDE = 32;

        private final GraphProto graph;
        private final Map<String, TensorProto> initializers;

        /** The factor between the input's rows and each value's. */
        private final Map<String, Long> strides = new HashMap<>(Map.of(OnnxGraph.INPUT, 1L));

        /** Values that are averages, or computed from averages only. */
        private final Set<String> averages = new HashSet<>();

        private final Map<String, Scope> layers = new HashMap<>();

        private QuantizableLayers(GraphProto graph) {
            this.graph = graph;
            this.initializers = graph.getInitializerList().stream()
                    .collect(Collectors.toMap(TensorProto::getName, Function.identity()));
        }

        /** The names of the layers, each with the first scope that has it. */
        static Map<String, Scope> of(GraphProto graph) {
            QuantizableLayers found = new QuantizableLayers(graph);
            found.search();
            return Map.copyOf(found.layers);
        }

        private void search() {
            int classifier = 0;
            for (int i = 0; i < graph.getNodeCount(); i++) {
                NodeProto node = graph.getNode(i);
                follow(node);
                if (node.getOpType().equals("GlobalAveragePool")) {
                    classifier = i;
                } else if (isPointwise(node) && !averages.contains(node.getOutput(0))) {
                    layers.put(node.getName(), strides.get(node.getInput(0)) == LAST_STAGE_STRIDE
                            ? Scope.LAST_STAGE
                            : Scope.POINTWISE);
                }
            }
            for (NodeProto node : graph.getNodeList().subList(classifier, graph.getNodeCount())) {
                if (node.getOpType().equals("Gemm") || isPointwise(node)) {
                    layers.put(node.getName(), Scope.CLASSIFIER);
                }
            }
        }

        private void follow(NodeProto node) {
            List<String> values = new ArrayList<>(node.getInputList());
            values.removeIf(initializers::containsKey);
            String output = node.getOutput(0);
            long stride = values.stream().mapToLong(strides::get).min().orElse(1);
            strides.put(output, stride * attribute(node, "strides").map(strided -> strided.getInts(0)).orElse(1L));
            if (node.getOpType().equals("GlobalAveragePool") || averages.containsAll(values)) {
                averages.add(output);
            }
        }

        /** A convolution of one pixel to one pixel, over all channels. */
        private boolean isPointwise(NodeProto node) {
            if (!node.getOpType().equals("Conv")) {
                return false;
            }
            List<Long> weight = initializers.get(node.getInput(1)).getDimsList();
            boolean grouped = attribute(node, "group").filter(group -> group.getI() > 1).isPresent();
            return !grouped && weight.get(2) == 1 && weight.get(3) == 1;
        }

        private static Optional<AttributeProto> attribute(NodeProto node, String name) {
            return node.getAttributeList().stream().filter(candidate -> candidate.getName().equals(name)).findFirst();
        }
    }
}
