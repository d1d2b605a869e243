package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flinkvision.core.bundle.FormulaWeights;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.StateDict;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxGraphTest {

    private static final Set<String> OPERATORS_OF_SET_17 = Set.of("Conv", "Gemm", "Relu", "HardSwish", "HardSigmoid",
            "GlobalAveragePool", "Flatten", "Mul", "Add", "Identity");

    @Test
    void opensTheBatchDimensionAndNoOther() throws InvalidProtocolBufferException {
        ModelProto model = model(Family.TORCHVISION, NetworkSize.SMALL, 160);
        GraphProto graph = model.getGraph();

        assertThat(graph.getInputList()).extracting(ValueInfoProto::getName).containsExactly("input");
        assertThat(dimensions(graph.getInput(0))).containsExactly("n", "3", "160", "160");
        assertThat(graph.getOutputList()).extracting(ValueInfoProto::getName).containsExactly("logits");
        assertThat(dimensions(graph.getOutput(0))).containsExactly("n", "5");
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(17);
    }

    @ParameterizedTest
    @EnumSource(value = Family.class, names = {"SEED", "TORCHVISION"})
    void hasNoBatchNormalisationAndTheActivationsAsOperators(Family family) throws InvalidProtocolBufferException {
        Map<String, Integer> operators = operators(model(family, NetworkSize.LARGE, 224).getGraph());

        assertThat(OPERATORS_OF_SET_17).containsAll(operators.keySet());
        assertThat(operators).doesNotContainKey("BatchNormalization");
        // Eight of Large's fifteen blocks have squeeze-and-excite, each with one gate.
        assertThat(operators).containsEntry("HardSigmoid", 8).containsEntry("Mul", 8);
        assertThat(operators).containsEntry("Gemm", 2).containsKey("HardSwish");
    }

    /** Stem, last convolution, classifier, and two in each of the nine h-swish blocks of Large. */
    @Test
    void hasAnHSwishWhereThePaperHasOne() throws InvalidProtocolBufferException {
        assertThat(operators(model(Family.TORCHVISION, NetworkSize.LARGE, 224).getGraph()))
                .containsEntry("HardSwish", 3 + 2 * 9);
    }

    @ParameterizedTest
    @EnumSource(value = Family.class, names = {"SEED", "TORCHVISION"})
    void usesEachInitializerAndDefinesEachValueBeforeItsUse(Family family) throws InvalidProtocolBufferException {
        GraphProto graph = model(family, NetworkSize.SMALL, 224).getGraph();

        Set<String> known = new HashSet<>(Set.of("input"));
        Set<String> unused = new HashSet<>();
        for (TensorProto initializer : graph.getInitializerList()) {
            assertThat(known.add(initializer.getName())).as("%s is the first", initializer.getName()).isTrue();
            unused.add(initializer.getName());
        }
        for (NodeProto node : graph.getNodeList()) {
            assertThat(known).as("known before %s", node.getName()).containsAll(node.getInputList());
            unused.removeAll(node.getInputList());
            node.getOutputList().forEach(output ->
                    assertThat(known.add(output)).as("%s is the first", output).isTrue());
        }
        assertThat(unused).isEmpty();
        assertThat(known).contains("logits");
    }

    @Test
    void holdsInitializersOfAsManyBytesAsTheirShapeTakes() throws InvalidProtocolBufferException {
        for (TensorProto initializer : model(Family.SEED, NetworkSize.SMALL, 224).getGraph().getInitializerList()) {
            long elements = initializer.getDimsList().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
            assertThat(initializer.getRawData().size()).as(initializer.getName()).isEqualTo((int) elements * 4);
        }
    }

    @Test
    void writesHSigmoidAsThePaperDefinesIt() throws InvalidProtocolBufferException {
        NodeProto gate = model(Family.TORCHVISION, NetworkSize.SMALL, 224).getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals("HardSigmoid")).findFirst().orElseThrow();

        assertThat(attribute(gate, "alpha").getF()).isEqualTo(1f / 6);
        assertThat(attribute(gate, "beta").getF()).isEqualTo(0.5f);
    }

    @Test
    void writesADepthwiseConvolutionAsAGroupedOne() throws InvalidProtocolBufferException {
        NodeProto depthwise = model(Family.TORCHVISION, NetworkSize.SMALL, 224).getGraph().getNodeList().stream()
                .filter(node -> node.getName().equals("features.1.block.0.0")).findFirst().orElseThrow();

        assertThat(attribute(depthwise, "group").getI()).isEqualTo(16);
        assertThat(attribute(depthwise, "strides").getIntsList()).containsExactly(2L, 2L);
        assertThat(attribute(depthwise, "pads").getIntsList()).containsExactly(1L, 1L, 1L, 1L);
        assertThat(attribute(depthwise, "kernel_shape").getIntsList()).containsExactly(3L, 3L);
    }

    @Test
    void refusesTheWeightsOfAnotherNetwork() {
        Network small = Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, 5));
        Network large = Family.TORCHVISION.network(new Variant(NetworkSize.LARGE, 1, false, 5));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxGraph.write(large, stateDict(small), 1e-3, 224))
                .withMessageStartingWith("formula-made weights does not hold the tensors of a torchvision");
    }

    private static ModelProto model(Family family, NetworkSize size, int inputSize)
            throws InvalidProtocolBufferException {
        Network network = family.network(new Variant(size, 1, false, 5));
        return ModelProto.parseFrom(
                OnnxGraph.write(network, stateDict(network), family.batchNormEpsilon(), inputSize));
    }

    private static StateDict stateDict(Network network) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        network.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        return FormulaWeights.stateDict(shapes, 0);
    }

    private static Map<String, Integer> operators(GraphProto graph) {
        Map<String, Integer> operators = new LinkedHashMap<>();
        graph.getNodeList().forEach(node -> operators.merge(node.getOpType(), 1, Integer::sum));
        return operators;
    }

    private static AttributeProto attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name)).findFirst().orElseThrow();
    }

    private static List<String> dimensions(ValueInfoProto value) {
        return value.getType().getTensorType().getShape().getDimList().stream()
                .map((Dimension dimension) -> dimension.hasDimParam()
                        ? dimension.getDimParam()
                        : String.valueOf(dimension.getDimValue()))
                .toList();
    }
}
