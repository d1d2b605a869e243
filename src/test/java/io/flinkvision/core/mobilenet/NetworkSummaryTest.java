package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.NetworkSummary.Row;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkSummaryTest {

    /** torchvision's published parameters, and its published multiply-adds, in millions. */
    @ParameterizedTest
    @CsvSource({"SMALL, 2542856, 56.5", "LARGE, 5483032, 216.6"})
    void countsParametersAndMultiplyAddsAsTorchvisionDoes(NetworkSize size, long parameters, double millions) {
        NetworkSummary summary = summary(Family.TORCHVISION, size);

        assertThat(summary.parameters()).isEqualTo(parameters);
        assertThat(summary.multiplyAdds() / 1e6).isCloseTo(millions, within(0.1));
    }

    @Test
    void printsTheRowsOfThePapersTable2() {
        List<Row> rows = summary(Family.TORCHVISION, NetworkSize.SMALL).rows();

        assertThat(rows).extracting(Row::inputSize)
                .containsExactly(224, 112, 56, 28, 28, 14, 14, 14, 14, 14, 7, 7, 7, 7, 1, 1);
        assertThat(rows).extracting(Row::inputChannels)
                .containsExactly(3, 16, 16, 24, 24, 40, 40, 40, 48, 48, 96, 96, 96, 576, 576, 1024);
        assertThat(rows).extracting(Row::operator).containsExactly(
                "conv2d, 3x3", "bneck, 3x3", "bneck, 3x3", "bneck, 3x3", "bneck, 5x5", "bneck, 5x5", "bneck, 5x5",
                "bneck, 5x5", "bneck, 5x5", "bneck, 5x5", "bneck, 5x5", "bneck, 5x5", "conv2d, 1x1", "pool, 7x7",
                "linear", "linear");
        assertThat(rows).extracting(Row::output)
                .containsExactly(16, 16, 24, 24, 40, 40, 40, 48, 48, 96, 96, 96, 576, 576, 1024, 1000);
    }

    /** Counted by hand from the row of the paper's table. */
    @Test
    void countsWhatEachRowCosts() {
        List<Row> rows = summary(Family.TORCHVISION, NetworkSize.SMALL).rows();

        assertThat(rows.get(0)).isEqualTo(new Row(224, 3, "conv2d, 3x3", OptionalInt.empty(), 16, false,
                Activation.HARD_SWISH, OptionalInt.of(2), 16 * 27 + 2 * 16, 112L * 112 * 16 * 27));
        // No expansion: depthwise, squeeze to 8, excite, project.
        assertThat(rows.get(1)).isEqualTo(new Row(112, 16, "bneck, 3x3", OptionalInt.of(16), 16, true,
                Activation.RELU, OptionalInt.of(2),
                16 * 9 + 32 + (16 * 8 + 8) + (8 * 16 + 16) + 16 * 16 + 32,
                56L * 56 * 16 * 9 + 2 * 16 * 8 + 56 * 56 * 16 * 16));
        // Expanded at the input's 56 x 56, projected at the output's 28 x 28.
        assertThat(rows.get(2)).isEqualTo(new Row(56, 16, "bneck, 3x3", OptionalInt.of(72), 24, false,
                Activation.RELU, OptionalInt.of(2),
                16 * 72 + 144 + 72 * 9 + 144 + 72 * 24 + 48,
                56L * 56 * 16 * 72 + 28 * 28 * 72 * 9 + 28 * 28 * 72 * 24));
        assertThat(rows.get(13)).isEqualTo(new Row(7, 576, "pool, 7x7", OptionalInt.empty(), 576, false,
                Activation.NONE, OptionalInt.empty(), 0, 0));
        assertThat(rows.get(15)).isEqualTo(new Row(1, 1024, "linear", OptionalInt.empty(), 1000, false,
                Activation.NONE, OptionalInt.empty(), 1024 * 1000 + 1000, 1024 * 1000));
    }

    @Test
    void countsTheProjectionOfTheSeedShortcutsAtTheInputSize() {
        Row row = summary(Family.SEED, NetworkSize.LARGE).rows().get(11);

        // 14 x 14: expand 80 to 480, depthwise, project to 112, squeeze to 28 and back, shortcut 80 to 112.
        assertThat(row.multiplyAdds()).isEqualTo(
                14L * 14 * (80 * 480 + 480 * 9 + 480 * 112 + 80 * 112) + 2 * 112 * 28);
        assertThat(row.parameters()).isEqualTo(
                80 * 480 + 960 + 480 * 9 + 960 + 480 * 112 + 224 + 112 * 28 + 56 + 28 * 112 + 224 + 80 * 112 + 224);
    }

    @Test
    void costsFourTimesTheConvolutionsAtTwiceTheInputSize() {
        Network network = Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, 1000));
        Row once = NetworkSummary.of(network, 224).rows().get(2);
        Row twice = NetworkSummary.of(network, 448).rows().get(2);

        assertThat(twice.multiplyAdds()).isEqualTo(4 * once.multiplyAdds());
        assertThat(twice.parameters()).isEqualTo(once.parameters());
    }

    private static NetworkSummary summary(Family family, NetworkSize size) {
        return NetworkSummary.of(family.network(new Variant(size, 1, false, 1000)), 224);
    }
}
