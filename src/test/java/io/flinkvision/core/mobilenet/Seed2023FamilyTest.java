package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.Layer.Convolution;
import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
import io.flinkvision.core.mobilenet.Layer.Shortcut;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Seed2023FamilyTest {

    /** The repository's training logs print these counts. */
    @ParameterizedTest
    @CsvSource({"LARGE, 5178732", "SMALL, 2950524"})
    void hasTheParametersOfThePublishedNetworks(NetworkSize size, long parameters) {
        Network network = Family.SEED_2023.network(new Variant(size, 1, false, 1000));

        assertThat(NetworkSummary.of(network, 224).parameters()).isEqualTo(parameters);
    }

    @Test
    void halvesTheShortcutWithADepthwiseConvolution() {
        InvertedResidual widening = block(NetworkSize.LARGE, 2);
        InvertedResidual sameWidth = block(NetworkSize.SMALL, 1);

        assertThat(projection(widening)).extracting(Convolution::groups).containsExactly(16, 1);
        assertThat(projection(widening)).extracting(Convolution::bias).containsExactly(false, true);
        assertThat(projection(sameWidth)).extracting(Convolution::groups).containsExactly(16);
    }

    @Test
    void activatesTheSum() {
        assertThat(block(NetworkSize.LARGE, 1).activation()).isEqualTo(Activation.RELU);
        assertThat(block(NetworkSize.LARGE, 15).activation()).isEqualTo(Activation.HARD_SWISH);
    }

    private static List<Convolution> projection(InvertedResidual block) {
        return ((Shortcut.Projection) block.shortcut()).convolutions();
    }

    private static InvertedResidual block(NetworkSize size, int place) {
        return (InvertedResidual) Family.SEED_2023.network(new Variant(size, 1, false, 10)).layers().get(place);
    }
}
