package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.Layer.Convolution;
import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
import io.flinkvision.core.mobilenet.Layer.Padding;
import io.flinkvision.core.mobilenet.Layer.SqueezeAndExcite;
import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.ModelException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimmFamilyTest {

    @ParameterizedTest
    @CsvSource({"0.35, 16", "0.5, 16", "0.74, 16", "0.75, 16", "1, 16", "1.5, 24", "2, 32"})
    void keepsTheStemBelowThreeQuarters(double widthMultiplier, int channels) {
        Network network = Family.TIMM.network(new Variant(NetworkSize.SMALL, widthMultiplier, false, 10));

        assertThat(network.tensors()).contains(new TensorShape("conv_stem.weight", List.of(channels, 3, 3, 3)));
    }

    @ParameterizedTest
    @CsvSource({"LARGE, 1.5, 1280, 1440", "LARGE, 0.5, 1280, 480", "SMALL, 1.5, 1024, 864", "SMALL, 0.5, 1024, 288"})
    void scalesWhatTheHeadTakesButNotWhatItGives(NetworkSize size, double widthMultiplier, int output, int input) {
        Network network = Family.TIMM.network(new Variant(size, widthMultiplier, false, 10));

        assertThat(network.tensors()).contains(
                new TensorShape("conv_head.weight", List.of(output, input, 1, 1)),
                new TensorShape("classifier.weight", List.of(10, output)));
    }

    /** The counts of timm's own networks with formula-made weights. */
    @ParameterizedTest
    @CsvSource({
        "TIMM, SMALL, 0.5, false, 1593224",
        "TIMM, LARGE, 1.5, false, 9766088",
        "TIMM_TF, LARGE, 1, false, 5483032",
        "TIMM_TF, LARGE, 1, true, 3924288",
        "TIMM_TF, SMALL, 1, true, 2044736"
    })
    void hasTheParametersOfTimmsNetworks(
            Family family, NetworkSize size, double widthMultiplier, boolean minimalistic, long parameters) {
        Network network = family.network(new Variant(size, widthMultiplier, false, minimalistic, 1000));

        assertThat(NetworkSummary.of(network, 224).parameters()).isEqualTo(parameters);
    }

    @Test
    void doesWithoutSqueezeHardSwishAndLargeKernelsWhereMinimalistic() {
        Variant minimalistic = new Variant(NetworkSize.LARGE, 1, false, true, 1000);

        assertThat(parts(Family.TIMM_TF.network(minimalistic))).isNotEmpty().noneSatisfy(part ->
                assertThat(part).isInstanceOf(SqueezeAndExcite.class));
        assertThat(convolutions(Family.TIMM_TF.network(minimalistic))).isNotEmpty().allSatisfy(convolution -> {
            assertThat(convolution.activation()).isIn(Activation.RELU, Activation.NONE);
            assertThat(convolution.kernel()).isLessThanOrEqualTo(3);
        });
    }

    @Test
    void padsAsTheWeightsWereTrained() {
        Variant variant = new Variant(NetworkSize.LARGE, 1, false, 1000);

        assertThat(convolutions(Family.TIMM.network(variant)).filter(convolution -> convolution.kernel() > 1))
                .extracting(Convolution::padding).containsOnly(Padding.SYMMETRIC);
        assertThat(convolutions(Family.TIMM_TF.network(variant)).filter(convolution -> convolution.kernel() > 1))
                .extracting(Convolution::padding).containsOnly(Padding.SAME);
    }

    @Test
    void hasMinimalisticNetworksFromTensorFlowOnly() {
        Variant minimalistic = new Variant(NetworkSize.SMALL, 1, false, true, 1000);

        assertThatThrownBy(() -> Family.TIMM.network(minimalistic))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("The timm family has no minimalistic networks");
    }

    private static Stream<Convolution> convolutions(Network network) {
        return parts(network).filter(Convolution.class::isInstance).map(Convolution.class::cast);
    }

    private static Stream<Layer> parts(Network network) {
        return network.layers().stream().flatMap(layer ->
                layer instanceof InvertedResidual block ? block.body().stream() : Stream.of(layer));
    }
}
