package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class WidthMultiplierSearchTest {

    static Stream<Arguments> scalableNetworks() {
        return Stream.of(Family.values()).filter(Family::isScalable).flatMap(family ->
                Stream.of(NetworkSize.values()).map(size -> Arguments.of(family, size)));
    }

    @ParameterizedTest
    @MethodSource("scalableNetworks")
    void findsTheWidthsOfAnyMultiplier(Family family, NetworkSize size) {
        for (double multiplier = 0.03; multiplier < 4; multiplier *= 1.0837) {
            Network network = family.network(new Variant(size, multiplier, false, 10));

            assertThat(WidthMultiplierSearch.find(family, standard(size), ZeroWeights.shapes(network)))
                    .as("a multiplier of %s", multiplier)
                    .hasValueSatisfying(found -> assertThat(found.layers()).isEqualTo(network.layers()));
        }
    }

    @ParameterizedTest
    @MethodSource("scalableNetworks")
    void tellsTheCustomaryMultiplierOfThoseThatGiveTheSameWidths(Family family, NetworkSize size) {
        for (double multiplier : new double[] {0.35, 0.5, 0.75, 1, 1.25, 1.5, 2}) {
            Network network = family.network(new Variant(size, multiplier, false, 10));

            assertThat(WidthMultiplierSearch.find(family, standard(size), ZeroWeights.shapes(network)))
                    .hasValue(network);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TORCHVISION", "DLI14", "TIMM"})
    void findsNothingWhereOneWidthIsOfAnotherMultiplier(Family family) {
        Network network = family.network(new Variant(NetworkSize.SMALL, 0.75, false, 10));
        Map<String, List<Integer>> shapes = ZeroWeights.shapes(network);
        String last = network.tensors().get(network.tensors().size() - 2).name();
        shapes.computeIfPresent(last, (name, shape) -> List.of(shape.get(0), shape.get(1) + 8));

        assertThat(WidthMultiplierSearch.find(family, standard(NetworkSize.SMALL), shapes)).isEmpty();
    }

    private static Variant standard(NetworkSize size) {
        return new Variant(size, 1, false, 10);
    }
}
