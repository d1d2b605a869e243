package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
import io.flinkvision.core.mobilenet.Layer.PixelwiseExcite;
import io.flinkvision.core.mobilenet.Layer.SqueezeAndExcite;
import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedOldFamilyTest {

    private static final Variant LARGE = new Variant(NetworkSize.LARGE, 1, false, 1000);

    @Test
    void excitesWithoutASqueeze() {
        InvertedResidual block = (InvertedResidual) Family.SEED_OLD.network(LARGE).layers().get(4);

        assertThat(block.row().squeezeAndExcite()).isTrue();
        assertThat(block.body()).hasAtLeastOneElementOfType(PixelwiseExcite.class)
                .noneSatisfy(part -> assertThat(part).isInstanceOf(SqueezeAndExcite.class));
    }

    @Test
    void countsItsConvolutionsFromZero() {
        assertThat(Family.SEED_OLD.network(LARGE).tensors()).contains(
                new TensorShape("bneck.3.se.se.0.weight", List.of(10, 40, 1, 1)),
                new TensorShape("bneck.3.se.se.3.weight", List.of(40, 10, 1, 1)));
    }

    @Test
    void costsMoreThanTheNetworkThatSqueezes() {
        assertThat(NetworkSummary.of(Family.SEED_OLD.network(LARGE), 224).multiplyAdds())
                .isGreaterThan(NetworkSummary.of(Family.SEED.network(LARGE), 224).multiplyAdds());
    }

    @Test
    void hasTheParametersOfTheNetworkThatSqueezes() {
        assertThat(NetworkSummary.of(Family.SEED_OLD.network(LARGE), 224).parameters())
                .isEqualTo(NetworkSummary.of(Family.SEED.network(LARGE), 224).parameters());
    }
}
