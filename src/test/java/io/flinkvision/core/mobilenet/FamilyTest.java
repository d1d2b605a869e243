package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.mobilenet.Layer.Convolution;
import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
import io.flinkvision.core.mobilenet.Layer.Linear;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.ModelException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FamilyTest {

    /** The comments say which width of torchvision's or timm's published networks the numbers are. */
    @ParameterizedTest
    @CsvSource({
        "16, 16",
        "1, 8",
        "3, 8",
        // Large 0.75: 16, 24, 40, 80, 112, 160, 960, 1280 channels
        "12, 16", "18, 24", "30, 32", "60, 64", "84, 88", "120, 120", "720, 720", "960, 960",
        // Small 0.5: 16, 24, 40, 48, 96, 1024 channels
        "8, 8", "20, 24", "24, 24", "48, 48", "512, 512",
        // Large 0.35: 16, 24, 80 channels; 5.6 rounds up to the least width
        "5.6, 8", "8.4, 8", "28, 32",
        // Squeeze-and-excite: a quarter of 72, 88 and 144 channels
        "22, 24", "36, 40",
        // 8 is below nine tenths of 11, and 16 of 19; 32 is not of 35
        "11, 16", "19, 24", "35, 32", "36.1, 40"
    })
    void roundsWidthsToMultiplesOfEightAsThePaperCodeDoes(double channels, int expected) {
        assertThat(Family.divisibleBy8(channels)).isEqualTo(expected);
    }

    @Test
    void keepsTheRowsOfTheSeedLargeNetworkTrueToItsCode() {
        assertThat(rows(Family.SEED, NetworkSize.LARGE)).containsExactly(
                "3x3 16 16 16 RELU - s1",
                "3x3 16 64 24 RELU - s2",
                "3x3 24 72 24 RELU - s1",
                "5x5 24 72 40 RELU SE s2",
                "5x5 40 120 40 RELU SE s1",
                "5x5 40 120 40 RELU SE s1",
                "3x3 40 240 80 HARD_SWISH - s2",
                "3x3 80 200 80 HARD_SWISH - s1",
                "3x3 80 184 80 HARD_SWISH - s1",
                "3x3 80 184 80 HARD_SWISH - s1",
                "3x3 80 480 112 HARD_SWISH SE s1",
                "3x3 112 672 112 HARD_SWISH SE s1",
                // In the paper these are: 672 s2, 960 s1, 960 s1.
                "5x5 112 672 160 HARD_SWISH SE s1",
                "5x5 160 672 160 HARD_SWISH SE s2",
                "5x5 160 960 160 HARD_SWISH SE s1");
    }

    @Test
    void hasTheRowsOfThePapersTable1ForTorchvision() {
        List<String> seed = rows(Family.SEED, NetworkSize.LARGE);
        List<String> torchvision = rows(Family.TORCHVISION, NetworkSize.LARGE);

        assertThat(torchvision.subList(0, 12)).isEqualTo(seed.subList(0, 12));
        assertThat(torchvision.subList(12, 15)).containsExactly(
                "5x5 112 672 160 HARD_SWISH SE s2",
                "5x5 160 960 160 HARD_SWISH SE s1",
                "5x5 160 960 160 HARD_SWISH SE s1");
    }

    @ParameterizedTest
    @CsvSource({"SEED", "TORCHVISION"})
    void hasTheRowsOfThePapersTable2(Family family) {
        assertThat(rows(family, NetworkSize.SMALL)).containsExactly(
                "3x3 16 16 16 RELU SE s2",
                "3x3 16 72 24 RELU - s2",
                "3x3 24 88 24 RELU - s1",
                "5x5 24 96 40 HARD_SWISH SE s2",
                "5x5 40 240 40 HARD_SWISH SE s1",
                "5x5 40 240 40 HARD_SWISH SE s1",
                "5x5 40 120 48 HARD_SWISH SE s1",
                "5x5 48 144 48 HARD_SWISH SE s1",
                "5x5 48 288 96 HARD_SWISH SE s2",
                "5x5 96 576 96 HARD_SWISH SE s1",
                "5x5 96 576 96 HARD_SWISH SE s1");
    }

    @Test
    void halvesTheLastStageOfAReducedTail() {
        Network network = Family.TORCHVISION.network(new Variant(NetworkSize.LARGE, 1, true, 1000));

        assertThat(rows(network).subList(12, 15)).containsExactly(
                "5x5 112 672 80 HARD_SWISH SE s2",
                "5x5 80 480 80 HARD_SWISH SE s1",
                "5x5 80 480 80 HARD_SWISH SE s1");
        assertThat(widthsAfterTheBlocks(network)).containsExactly(480, 640, 1000);
    }

    @ParameterizedTest
    @CsvSource({
        "SEED, LARGE, 960, 1280", "SEED, SMALL, 576, 1280", "TORCHVISION, LARGE, 960, 1280",
        "TORCHVISION, SMALL, 576, 1024"
    })
    void endsInTheFeaturesOfItsCode(Family family, NetworkSize size, int lastConvolution, int lastFeatures) {
        assertThat(widthsAfterTheBlocks(family.network(new Variant(size, 1, false, 7))))
                .containsExactly(lastConvolution, lastFeatures, 7);
    }

    @Test
    void refusesVariantsThatTheSeedHasNot() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> Family.SEED.network(new Variant(NetworkSize.LARGE, 0.75, false, 3)))
                .withMessageContainingAll("seed family", "no width multiplier", "0.75");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> Family.SEED.network(new Variant(NetworkSize.LARGE, 1, true, 3)))
                .withMessageContainingAll("seed family", "no reduced tail");
    }

    @Test
    void knowsTheEpsilonsOfItsCode() {
        assertThat(Family.SEED.batchNormEpsilon()).isEqualTo(1e-5);
        assertThat(Family.TORCHVISION.batchNormEpsilon()).isEqualTo(1e-3);
    }

    private static List<String> rows(Family family, NetworkSize size) {
        return rows(family.network(new Variant(size, 1, false, 1000)));
    }

    private static List<String> rows(Network network) {
        return network.layers().stream()
                .filter(InvertedResidual.class::isInstance)
                .map(layer -> ((InvertedResidual) layer).row())
                .map(row -> row.kernel() + "x" + row.kernel() + " " + row.input() + " " + row.expansion() + " "
                        + row.output() + " " + row.activation() + (row.squeezeAndExcite() ? " SE s" : " - s")
                        + row.stride())
                .toList();
    }

    private static List<Integer> widthsAfterTheBlocks(Network network) {
        return network.layers().stream()
                .skip(1)
                .filter(layer -> layer instanceof Convolution || layer instanceof Linear)
                .map(layer -> layer instanceof Convolution convolution
                        ? convolution.output()
                        : ((Linear) layer).output())
                .toList();
    }
}
