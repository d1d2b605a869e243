package io.flinkvision.core.quantization;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.flinkvision.core.mobilenet.OnnxGraph;
import io.flinkvision.core.quantization.QuantizableNetwork.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the layers of each {@link Scope} in a network that {@link OnnxGraph} wrote. */
final class QuantizableLayers {

    private static final int LAST_STAGE_STRIDE = 32;

    private final GraphProto graph;
    private final Map<String, TensorProto> initializers;

    /** By which factor each value has fewer rows than the input. */
    private final Map<String, Long> strides = new HashMap<>(Map.of(OnnxGraph.INPUT, 1L));

    /** The values that are averages, or made of nothing but averages. */
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
