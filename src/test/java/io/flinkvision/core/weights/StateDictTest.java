package io.flinkvision.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDictTest {

    private static final String SOURCE = "weights.safetensors";

    private static final Network SMALL = Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, 3));

    @Test
    void holdsTheTensorsOfANetworkInAnyOrderAndWithTrainingCounters() {
        List<Tensor> tensors = tensorsOf(SMALL);
        tensors.add(0, new Tensor(
                "features.0.1.num_batches_tracked", ElementType.I64, List.of(), ByteBuffer.allocate(8)));
        tensors.add(tensors.remove(1));

        assertThatNoException().isThrownBy(() -> SMALL.requireTensors(StateDict.of(SOURCE, tensors)));
    }

    @Test
    void namesAMissingAnUnexpectedAndAMisshapenTensor() {
        List<Tensor> tensors = tensorsOf(SMALL);
        tensors.removeIf(tensor -> tensor.name().equals("features.0.0.weight"));
        tensors.removeIf(tensor -> tensor.name().equals("classifier.3.bias"));
        tensors.add(Tensor.of("classifier.3.bias", List.of(4), new float[4]));
        tensors.add(Tensor.of("classifier.4.bias", List.of(1), new float[1]));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> SMALL.requireTensors(StateDict.of(SOURCE, tensors)))
                .withMessageStartingWith(SOURCE + " does not hold the tensors of a torchvision ")
                .withMessageContainingAll(
                        "tensor features.0.0.weight is missing",
                        "tensor classifier.3.bias has the shape [4], not [3]",
                        "tensor classifier.4.bias is unexpected")
                .withMessageNotContaining("more");
    }

    @Test
    void listsTheFirstTenDifferencesAndCountsTheOthers() {
        int expected = SMALL.tensors().size();

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> SMALL.requireTensors(StateDict.of(SOURCE, List.of())))
                .withMessageEndingWith("; and " + (expected - 10) + " more")
                .satisfies(e -> assertThat(e.getMessage().split(" is missing", -1)).hasSize(11));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void namesAnElementThatIsNotFinite(float damaged) {
        StateDict stateDict = StateDict.of(SOURCE, List.of(
                Tensor.of("conv.weight", List.of(2, 2), new float[] {0, 1, damaged, 3})));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> stateDict.floats("conv.weight"))
                .withMessageStartingWith(SOURCE + ": element 2 of tensor conv.weight is " + damaged);
    }

    @Test
    void namesATensorThatIsNotThere() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> StateDict.of(SOURCE, List.of()).floats("conv.weight"))
                .withMessage(SOURCE + ": tensor conv.weight is missing");
    }

    @Test
    void refusesTwoTensorsOfTheSameName() {
        Tensor tensor = Tensor.of("conv.weight", List.of(1), new float[1]);

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> StateDict.of(SOURCE, List.of(tensor, tensor)))
                .withMessage(SOURCE + ": there are two tensors called conv.weight");
    }

    @Test
    void readsTheWeightsOfTheBundledModel() {
        StateDict stateDict = StateDict.read(Path.of("conf/models/triage/model.safetensors"));

        assertThat(stateDict.names()).hasSize(244);
        assertThat(stateDict.shapes()).hasSize(210).containsEntry("classifier.3.weight", List.of(3, 1024));
        assertThatNoException().isThrownBy(() -> SMALL.requireTensors(stateDict));
    }

    private static List<Tensor> tensorsOf(Network network) {
        List<Tensor> tensors = new ArrayList<>();
        for (TensorShape shape : network.tensors()) {
            int count = shape.shape().stream().reduce(1, Math::multiplyExact);
            tensors.add(Tensor.of(shape.name(), shape.shape(), new float[count]));
        }
        return tensors;
    }
}
