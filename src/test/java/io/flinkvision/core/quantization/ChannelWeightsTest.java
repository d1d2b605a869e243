package io.flinkvision.core.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.quantization.QuantizedGraph.ChannelWeights;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelWeightsTest {

    private static final float INPUT_SCALE = 0.02f;

    @Test
    void givesEachChannelAScaleOfItsOwn() {
        ChannelWeights channels =
                ChannelWeights.of(new float[] {1, -2, 0.001f, 0.0005f}, new float[] {0, 0}, INPUT_SCALE);

        assertThat(channels.scales()).containsExactly(2f / 127, 0.001f / 127);
        assertThat(channels.weights()).containsExactly(64, -127, 127, 64);
    }

    @Test
    void sumsUpWhatTheFloatLayerDoesWithinHalfAStepAProduct() {
        Random random = new Random(1);
        int channels = 5;
        int length = 40;
        float[] weights = new float[channels * length];
        float[] biases = new float[channels];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian() * (1 + i / length * 10);
        }
        for (int i = 0; i < channels; i++) {
            biases[i] = (float) random.nextGaussian();
        }
        int[] input = random.ints(length, 0, 256).toArray();

        ChannelWeights quantised = ChannelWeights.of(weights, biases, INPUT_SCALE);

        for (int channel = 0; channel < channels; channel++) {
            double expected = biases[channel];
            long sum = quantised.biases()[channel];
            double bound = quantised.biasScales()[channel];
            for (int i = 0; i < length; i++) {
                expected += (double) weights[channel * length + i] * INPUT_SCALE * input[i];
                sum += (long) quantised.weights()[channel * length + i] * input[i];
                bound += quantised.scales()[channel] / 2 * INPUT_SCALE * input[i];
            }
            assertThat(sum * (double) quantised.biasScales()[channel]).isCloseTo(expected, within(bound));
        }
    }

    @Test
    void keepsABiasThatIsLargeBesideTheWeights() {
        ChannelWeights channels = ChannelWeights.of(new float[] {1e-12f, 0}, new float[] {5}, INPUT_SCALE);

        assertThat(channels.biases()[0] * (double) channels.biasScales()[0]).isCloseTo(5, within(1e-6));
    }

    @Test
    void takesAChannelOfZeros() {
        ChannelWeights channels = ChannelWeights.of(new float[2], new float[1], INPUT_SCALE);

        assertThat(channels.scales()[0]).isPositive();
        assertThat(channels.weights()).containsOnly(0);
        assertThat(channels.biases()).containsExactly(0);
    }

    @Test
    void refusesWeightsThatAreNotOfSoManyChannels() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelWeights.of(new float[5], new float[2], INPUT_SCALE))
                .withMessageContaining("5 weights for 2 output channels");
    }
}
