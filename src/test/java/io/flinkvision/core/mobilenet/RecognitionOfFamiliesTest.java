package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.ModelException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecognitionOfFamiliesTest {

    private static final Variant SMALL = new Variant(NetworkSize.SMALL, 1, false, 10);

    static Stream<Network> networks() {
        return Stream.of(Family.values()).flatMap(family -> Stream.of(
                        new Variant(NetworkSize.LARGE, 1, false, 7),
                        SMALL,
                        new Variant(NetworkSize.LARGE, 0.5, false, 1000),
                        new Variant(NetworkSize.SMALL, 1.25, false, 2),
                        new Variant(NetworkSize.SMALL, 0.75, true, 3),
                        new Variant(NetworkSize.LARGE, 1, false, true, 1000))
                .filter(variant -> variant.widthMultiplier() == 1 || family.isScalable())
                .filter(variant -> !variant.reducedTail() || family.hasReducedTails())
                .filter(variant -> !variant.minimalistic() || family.hasMinimalisticNetworks())
                .map(family::network));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void tellsFamilySizeWidthAndClassesFromNamesAndShapes(Network network) {
        assertThat(NetworkRecognition.recognise(ZeroWeights.stateDict(network))).contains(network);
        assertThat(NetworkRecognition.recognise(ZeroWeights.stateDict(network), network.family())).isEqualTo(network);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void refusesATensorTooFewTooManyOrOfAnotherShape(Network network) {
        Map<String, List<Integer>> fewer = ZeroWeights.shapes(network);
        String inTheMiddle = network.tensors().get(network.tensors().size() / 2).name();
        List<Integer> shape = fewer.remove(inTheMiddle);
        Map<String, List<Integer>> more = ZeroWeights.shapes(network);
        more.put("temperature", List.of(1));
        Map<String, List<Integer>> misshapen = ZeroWeights.shapes(network);
        misshapen.put(inTheMiddle, Stream.concat(shape.stream(), Stream.of(1)).toList());

        for (Map<String, List<Integer>> shapes : List.of(fewer, more, misshapen)) {
            assertThatThrownBy(() -> NetworkRecognition.recognise(ZeroWeights.stateDict(shapes)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith("weights.safetensors holds no MobileNetV3 that is known. The nearest is ")
                    .hasMessageContaining("the only difference: tensor ");
        }
    }

    @Test
    void tellsTimmAndItsPortsFromTensorFlowWithTimmFirst() {
        assertThat(NetworkRecognition.recognise(ZeroWeights.stateDict(Family.TIMM_TF.network(SMALL))))
                .containsExactly(Family.TIMM.network(SMALL), Family.TIMM_TF.network(SMALL));
    }

    @Test
    void tellsTensorFlowFirstWhereThereIsABackgroundClass() {
        Variant withBackground = new Variant(NetworkSize.SMALL, 1, false, 1001);

        assertThat(NetworkRecognition.recognise(ZeroWeights.stateDict(Family.TIMM.network(withBackground))))
                .containsExactly(Family.TIMM_TF.network(withBackground), Family.TIMM.network(withBackground));
    }

    @Test
    void tellsMinimalisticNetworksForCertain() {
        Network minimalistic = Family.TIMM_TF.network(new Variant(NetworkSize.SMALL, 1, false, true, 1000));

        assertThat(NetworkRecognition.recognise(ZeroWeights.stateDict(minimalistic))).containsExactly(minimalistic);
    }

    @Test
    void refusesAFamilyThatDoesNotFit() {
        assertThatThrownBy(() -> NetworkRecognition.recognise(
                        ZeroWeights.stateDict(Family.TORCHVISION.network(SMALL)), Family.DLI14))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("weights.safetensors holds no MobileNetV3 of the dli14 family. The nearest is"
                        + " dli14 SMALL x1.0 with 10 classes; the first ten of ");
    }

    @Test
    void refusesTensorsOfAnotherKindOfNetwork() {
        Map<String, List<Integer>> shapes = Map.of("fc.weight", List.of(10, 512), "fc.bias", List.of(10));

        assertThatThrownBy(() -> NetworkRecognition.recognise(ZeroWeights.stateDict(shapes)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(" with 1000 classes; the first ten of ");
    }
}
