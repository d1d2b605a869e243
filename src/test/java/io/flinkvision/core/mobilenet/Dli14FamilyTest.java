package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.Layer.Convolution;
import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
import io.flinkvision.core.mobilenet.Layer.Nonlinearity;
import io.flinkvision.core.mobilenet.Layer.SqueezeAndExcite;
import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.ModelException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Dli14FamilyTest {

    @Test
    void squeezesBeforeTheActivation() {
        List<Layer> body = block(NetworkSize.LARGE, 11).body();

        assertThat(body).extracting(Layer::getClass).extracting(Class::getSimpleName).containsExactly(
                "Convolution", "Convolution", "SqueezeAndExcite", "Nonlinearity", "Convolution");
        assertThat(((Convolution) body.get(1)).activation()).isEqualTo(Activation.NONE);
        assertThat(body.get(3)).isEqualTo(new Nonlinearity(Activation.HARD_SWISH));
    }

    @Test
    void squeezesAfterTheActivationWhereABlockHasNoExpansion() {
        List<Layer> body = block(NetworkSize.SMALL, 1).body();

        assertThat(body).hasSize(3);
        assertThat(((Convolution) body.get(0)).activation()).isEqualTo(Activation.RELU);
        assertThat(body.get(1)).isInstanceOf(SqueezeAndExcite.class);
    }

    @ParameterizedTest
    @CsvSource({"LARGE, 0.5, 1280", "LARGE, 1, 1280", "LARGE, 1.25, 1600", "SMALL, 0.75, 1024", "SMALL, 1.5, 1536"})
    void scalesTheLayerBeforeTheClassifierOnlyAboveOne(NetworkSize size, double widthMultiplier, int features) {
        Network network = Family.DLI14.network(new Variant(size, widthMultiplier, false, 10));

        assertThat(network.tensors()).contains(new TensorShape("classifier.3.weight", List.of(10, features)));
    }

    /** The repository's README gives 5.483, 3.994, 2.543 and 2.042 million. */
    @ParameterizedTest
    @CsvSource({"LARGE, 1, 5483032", "LARGE, 0.75, 3993528", "SMALL, 1, 2542856", "SMALL, 0.75, 2041872"})
    void hasTheParametersOfThePublishedNetworks(NetworkSize size, double widthMultiplier, long parameters) {
        Network network = Family.DLI14.network(new Variant(size, widthMultiplier, false, 1000));

        assertThat(NetworkSummary.of(network, 224).parameters()).isEqualTo(parameters);
    }

    @Test
    void refusesAReducedTail() {
        Variant reduced = new Variant(NetworkSize.LARGE, 1, true, 1000);

        assertThatThrownBy(() -> Family.DLI14.network(reduced))
                .isInstanceOf(ModelException.class)
                .hasMessage("The dli14 family has no reduced tail, but LARGE x1.0, reduced tail, with 1000 classes"
                        + " was asked for");
    }

    private static InvertedResidual block(NetworkSize size, int place) {
        return (InvertedResidual) Family.DLI14.network(new Variant(size, 1, false, 10)).layers().get(place);
    }
}
