package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.core.weights.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkRecognitionTest {

    @ParameterizedTest
    @CsvSource({
        "TORCHVISION, SMALL, 0.35, false, 1000", "TORCHVISION, SMALL, 0.5, false, 1000",
        "TORCHVISION, SMALL, 0.75, true, 3", "TORCHVISION, SMALL, 1, false, 1", "TORCHVISION, SMALL, 1, true, 1001",
        "TORCHVISION, SMALL, 1.25, false, 10", "TORCHVISION, SMALL, 2, false, 1000",
        "TORCHVISION, LARGE, 0.35, true, 1000", "TORCHVISION, LARGE, 0.5, false, 3",
        "TORCHVISION, LARGE, 0.75, false, 1001", "TORCHVISION, LARGE, 1, false, 3", "TORCHVISION, LARGE, 1, true, 1",
        "TORCHVISION, LARGE, 1.25, true, 1000", "TORCHVISION, LARGE, 2, false, 2",
        "SEED, SMALL, 1, false, 1", "SEED, SMALL, 1, false, 1001", "SEED, LARGE, 1, false, 3"
    })
    void tellsTheNetworkFromNamesAndShapes(
            Family family, NetworkSize size, double width, boolean reducedTail, int classes) {
        Network network = family.network(new Variant(size, width, reducedTail, classes));

        Network recognised = recognise(network.tensors());

        assertThat(recognised.family()).isEqualTo(family);
        assertThat(recognised.variant().size()).isEqualTo(size);
        assertThat(recognised.variant().reducedTail()).isEqualTo(reducedTail);
        assertThat(recognised.variant().classes()).isEqualTo(classes);
        // Several width multipliers can round to the same widths, so the layers are what must be the same.
        assertThat(recognised.layers()).isEqualTo(network.layers());
    }

    @Test
    void tellsTheWidthMultiplierThatNobodyScaled() {
        Network network = Family.TORCHVISION.network(new Variant(NetworkSize.LARGE, 1, false, 1000));

        assertThat(recognise(network.tensors()).variant().widthMultiplier()).isEqualTo(1);
    }

    private static Network recognise(List<TensorShape> shapes) {
        List<Tensor> tensors = new ArrayList<>();
        for (TensorShape shape : shapes) {
            int count = shape.shape().stream().reduce(1, Math::multiplyExact);
            tensors.add(Tensor.of(shape.name(), shape.shape(), new float[count]));
        }
        return NetworkRecognition.recognise(StateDict.of("weights", tensors)).stream().findFirst().orElseThrow();
    }
}
