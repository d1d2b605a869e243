package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {

    /** The fixtures hold the names and shapes of PyTorch's own state dicts, in its order. */
    @ParameterizedTest
    @CsvSource({
        "torchvision-small, TORCHVISION, SMALL, 1, false, 1000",
        "torchvision-large, TORCHVISION, LARGE, 1, false, 1000",
        "torchvision-small-0.5, TORCHVISION, SMALL, 0.5, false, 1000",
        "torchvision-small-0.75, TORCHVISION, SMALL, 0.75, false, 1000",
        "torchvision-large-0.75, TORCHVISION, LARGE, 0.75, false, 1000",
        "torchvision-large-reducedtail, TORCHVISION, LARGE, 1, true, 1000",
        "torchvision-small-3class, TORCHVISION, SMALL, 1, false, 3",
        "seed-small, SEED, SMALL, 1, false, 1000",
        "seed-large, SEED, LARGE, 1, false, 1000"
    })
    void expectsTheTensorsOfTheStateDictOfPyTorch(
            String fixture, Family family, NetworkSize size, double width, boolean reducedTail, int classes)
            throws IOException {
        Network network = family.network(new Variant(size, width, reducedTail, classes));

        assertThat(network.tensors()).containsExactlyInAnyOrderElementsOf(tensors(fixture));
    }

    @Test
    void endsInTheTensorsOfTheClassifier() {
        List<TensorShape> tensors = Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, 5)).tensors();

        assertThat(tensors.subList(tensors.size() - 2, tensors.size())).containsExactly(
                new TensorShape("classifier.3.weight", List.of(5, 1024)),
                new TensorShape("classifier.3.bias", List.of(5)));
    }

    private static List<TensorShape> tensors(String fixture) throws IOException {
        JsonNode tensors = new ObjectMapper()
                .readTree(Path.of("src/test/resources/parity", fixture + ".json").toFile())
                .get("tensors");
        List<TensorShape> shapes = new ArrayList<>();
        for (JsonNode tensor : tensors) {
            List<Integer> shape = new ArrayList<>();
            tensor.get(1).forEach(dimension -> shape.add(dimension.intValue()));
            if (!tensor.get(0).textValue().endsWith(".num_batches_tracked")) {
                shapes.add(new TensorShape(tensor.get(0).textValue(), shape));
            }
        }
        return shapes;
    }
}
