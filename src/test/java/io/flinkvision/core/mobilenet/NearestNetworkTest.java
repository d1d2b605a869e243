package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.mobilenet.NetworkRecognition.NearestNetwork;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NearestNetworkTest {

    private static final List<Family> ALL = List.of(Family.values());

    @ParameterizedTest
    @EnumSource(names = "TIMM_TF", mode = EnumSource.Mode.EXCLUDE)
    void isTheOneWhoseNamesAreShared(Family family) {
        Network network = family.network(new Variant(NetworkSize.LARGE, 1, false, 12));
        Map<String, List<Integer>> renamed = new LinkedHashMap<>();
        ZeroWeights.shapes(network).forEach((name, shape) ->
                renamed.put(name.replace("running_mean", "moving_mean"), shape));

        NearestNetwork nearest = NearestNetwork.of(ALL, renamed);

        assertThat(nearest.network()).isEqualTo(network);
        assertThat(nearest.differences()).contains("tensor "
                + renamed.keySet().stream().filter(name -> name.endsWith("moving_mean")).findFirst().orElseThrow()
                + " is unexpected");
    }

    @Test
    void isOfTheWidthThatMostShapesHave() {
        Map<String, List<Integer>> shapes = ZeroWeights.shapes(
                Family.TIMM.network(new Variant(NetworkSize.LARGE, 0.75, false, 1000)));
        shapes.put("conv_stem.weight", List.of(16, 1, 3, 3));

        assertThat(NearestNetwork.of(ALL, shapes)).hasToString("timm LARGE x0.75 with 1000 classes; the only"
                + " difference: tensor conv_stem.weight has the shape [16, 1, 3, 3], not [16, 3, 3, 3]");
    }

    @Test
    void isMinimalisticWhereNoTensorSqueezes() {
        Network minimalistic = Family.TIMM_TF.network(new Variant(NetworkSize.SMALL, 1, false, true, 5));
        Map<String, List<Integer>> shapes = ZeroWeights.shapes(minimalistic);
        shapes.remove("bn1.bias");

        assertThat(NearestNetwork.of(ALL, shapes).network()).isEqualTo(minimalistic);
    }

    @Test
    void listsTenDifferencesAndCountsTheRest() {
        Network network = Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, 10));
        Map<String, List<Integer>> shapes = ZeroWeights.shapes(network);
        shapes.keySet().removeIf(name -> name.startsWith("features.1."));

        String message = NearestNetwork.of(ALL, shapes).toString();

        assertThat(message).startsWith("torchvision SMALL x1.0 with 10 classes; the first ten of 14 differences: tensor"
                + " features.1.block.0.0.weight is missing; ");
        assertThat(message.split("; ")).hasSize(11);
    }
}
