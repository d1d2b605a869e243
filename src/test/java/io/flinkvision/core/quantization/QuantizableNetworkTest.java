package io.flinkvision.core.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flinkvision.core.bundle.FormulaWeights;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.OnnxGraph;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.quantization.AffineQuantization.ValueRange;
import io.flinkvision.core.quantization.QuantizableNetwork.Scope;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizableNetworkTest {

    @Test
    void findsTheLayersOfEachScope() {
        Map<String, Scope> layers = network(Family.TIMM_TF).layers();

        assertThat(layers).containsEntry("classifier", Scope.CLASSIFIER)
                .containsEntry("conv_head", Scope.CLASSIFIER)
                .containsEntry("blocks.5.0.conv", Scope.LAST_STAGE)
                .containsEntry("blocks.4.0.conv_pwl", Scope.LAST_STAGE)
                // It comes before the stride of its block.
                .containsEntry("blocks.4.0.conv_pw", Scope.POINTWISE)
                .containsEntry("blocks.0.0.conv_pw", Scope.POINTWISE);
        assertThat(layers.keySet()).noneMatch(
                name -> name.contains("conv_dw") || name.contains(".se.") || name.contains("conv_stem"));
        // Table 2 of the paper: 11 blocks of two pointwise convolutions, less the first's expansion; three at the end.
        assertThat(layers).hasSize(2 * 11 - 1 + 3);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void findsTheSameNumberOfClassifierLayersInEveryFamily(Family family) {
        assertThat(network(family).layers().values()).filteredOn(Scope.CLASSIFIER::equals).hasSize(2);
    }

    @Test
    void observesEveryValue() throws InvalidProtocolBufferException {
        QuantizableNetwork network = network(Family.TORCHVISION);

        ModelProto observed = ModelProto.parseFrom(network.observed());

        assertThat(observed.getGraph().getOutputList()).hasSize(network.model().getGraph().getNodeCount());
    }

    @Test
    void putsPairsAroundAQuantisedLayerAlone() throws InvalidProtocolBufferException {
        QuantizableNetwork network = network(Family.TIMM_TF);

        ModelProto quantised = ModelProto.parseFrom(network.quantised(Set.of("blocks.5.0.conv"), ranges(network)));

        List<NodeProto> pairs = quantised.getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().endsWith("quantizeLinear")
                        || node.getOpType().endsWith("QuantizeLinear"))
                .toList();
        assertThat(pairs).extracting(NodeProto::getOpType).containsExactly("QuantizeLinear", "DequantizeLinear",
                "DequantizeLinear", "DequantizeLinear", "QuantizeLinear", "DequantizeLinear");
        assertThat(pairs).allSatisfy(node -> assertThat(node.getInputCount()).isEqualTo(3));
        NodeProto layer = quantised.getGraph().getNodeList().stream()
                .filter(node -> node.getName().equals("blocks.5.0.conv")).findFirst().orElseThrow();
        assertThat(layer.getInputList()).allMatch(input -> input.endsWith(".dequantised"));
        assertThat(quantised.getGraph().getInput(0)).isEqualTo(network.model().getGraph().getInput(0));
        assertThat(quantised.getGraph().getOutput(0)).isEqualTo(network.model().getGraph().getOutput(0));
    }

    @Test
    void losesNothingWhereNoLayerIsQuantised() throws InvalidProtocolBufferException {
        QuantizableNetwork network = network(Family.TORCHVISION);

        ModelProto same = ModelProto.parseFrom(network.quantised(Set.of(), Map.of()));

        assertThat(same.getGraph().getNodeList()).isEqualTo(network.model().getGraph().getNodeList());
        assertThat(same.getGraph().getInitializerList())
                .containsExactlyInAnyOrderElementsOf(network.model().getGraph().getInitializerList());
    }

    @Test
    void refusesALayerThatCannotBeQuantised() {
        QuantizableNetwork network = network(Family.TIMM_TF);

        assertThatIllegalArgumentException().isThrownBy(() -> network.quantised(Set.of("conv_stem"), ranges(network)))
                .withMessageContaining("conv_stem");
    }

    private static Map<String, ValueRange> ranges(QuantizableNetwork network) {
        Map<String, ValueRange> ranges = new HashMap<>();
        network.model().getGraph().getNodeList()
                .forEach(node -> ranges.put(node.getOutput(0), new ValueRange(-1, 2)));
        return ranges;
    }

    private static QuantizableNetwork network(Family family) {
        Network network = family.network(new Variant(NetworkSize.SMALL, 1.0, false, false, 10));
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        network.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        return QuantizableNetwork.of(
                OnnxGraph.write(network, FormulaWeights.stateDict(shapes, 0), family.batchNormEpsilon(), 224));
    }
}
