package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.core.weights.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FoldedWeightsTest {

    private static final double EPSILON = 1e-3;
    private static final float[] WEIGHT = {1, -2, 0.5f, 3, 0, -0.25f};
    private static final float[] BIAS = {0.5f, -1};
    private static final float[] GAMMA = {1.5f, -0.75f};
    private static final float[] BETA = {0.1f, 0.2f};
    private static final float[] MEAN = {-0.3f, 0.7f};
    private static final float[] VARIANCE = {0.9f, 0};

    private List<Tensor> tensors;

    @BeforeEach
    void makeTensors() {
        tensors = new ArrayList<>(List.of(
                Tensor.of("conv.weight", List.of(2, 3, 1, 1), WEIGHT),
                Tensor.of("conv.bias", List.of(2), BIAS),
                Tensor.of("bn.weight", List.of(2), GAMMA),
                Tensor.of("bn.bias", List.of(2), BETA),
                Tensor.of("bn.running_mean", List.of(2), MEAN),
                Tensor.of("bn.running_var", List.of(2), VARIANCE)));
    }

    @Test
    void computesWhatTheLayerAndItsBatchNormalisationCompute() {
        FoldedWeights folded = fold(true, Optional.of("bn"));

        float[] x = {0.3f, -1.7f, 2.2f};
        for (int channel = 0; channel < 2; channel++) {
            double layer = BIAS[channel];
            double foldedLayer = folded.bias()[channel];
            for (int i = 0; i < x.length; i++) {
                layer += (double) WEIGHT[3 * channel + i] * x[i];
                foldedLayer += (double) folded.weight()[3 * channel + i] * x[i];
            }
            double normalised = (layer - MEAN[channel]) / Math.sqrt(VARIANCE[channel] + EPSILON);
            double expected = GAMMA[channel] * normalised + BETA[channel];
            assertThat(foldedLayer).as("channel %d", channel).isCloseTo(expected, within(Math.abs(expected) * 1e-6));
        }
    }

    /** The second channel's variance is 0, so that the epsilon alone divides. */
    @Test
    void roundsEachNumberOnlyOnce() {
        FoldedWeights folded = fold(false, Optional.of("bn"));

        for (int channel = 0; channel < 2; channel++) {
            double scale = GAMMA[channel] / Math.sqrt(VARIANCE[channel] + EPSILON);
            assertThat(folded.bias()[channel]).isEqualTo((float) (BETA[channel] + (0.0 - MEAN[channel]) * scale));
            for (int i = 3 * channel; i < 3 * channel + 3; i++) {
                assertThat(folded.weight()[i]).isEqualTo((float) (WEIGHT[i] * scale));
            }
        }
    }

    @Test
    void leavesALayerWithoutBatchNormalisationAsItIs() {
        FoldedWeights folded = fold(true, Optional.empty());

        assertThat(folded.weight()).isEqualTo(WEIGHT);
        assertThat(folded.bias()).isEqualTo(BIAS);
    }

    @Test
    void namesANegativeVariance() {
        tensors.set(5, Tensor.of("bn.running_var", List.of(2), new float[] {1, -0.5f}));

        assertRefused("weights: element 1 of tensor bn.running_var is -0.5, but a variance cannot be negative");
    }

    @Test
    void namesAMissingTensor() {
        tensors.remove(4);

        assertRefused("weights: tensor bn.running_mean is missing");
    }

    @Test
    void namesAnElementThatIsNotFinite() {
        tensors.set(2, Tensor.of("bn.weight", List.of(2), new float[] {Float.NaN, 1}));

        assertRefused("weights: element 0 of tensor bn.weight is NaN");
    }

    @Test
    void namesALayerWhoseFoldedWeightsAreBeyondAllBounds() {
        tensors.set(2, Tensor.of("bn.weight", List.of(2), new float[] {1, 1e38f}));

        assertRefused("weights: the weights of conv are beyond the range of floats once batch normalisation bn is"
                + " folded into them");
    }

    private FoldedWeights fold(boolean hasBias, Optional<String> batchNorm) {
        return FoldedWeights.fold(StateDict.of("weights", tensors), "conv", hasBias, batchNorm, 2, EPSILON);
    }

    private void assertRefused(String message) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> fold(false, Optional.of("bn"))).withMessageStartingWith(message);
    }
}
