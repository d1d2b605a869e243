package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.weights.OnnxModel.InputLayout;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InputTensorTest {

    private static final int SIZE = 32;
    private static final List<Float> MEAN = List.of(0.485f, 0.456f, 0.406f);
    private static final List<Float> DEVIATION = List.of(0.229f, 0.224f, 0.225f);

    /** Mean and deviation are in the network's order, the picture's samples in red, green, blue. */
    @ParameterizedTest
    @EnumSource
    void normalisesEachSampleIntoItsPlane(ChannelOrder order) {
        byte[] samples = new byte[3 * SIZE * SIZE];
        new Random(1).nextBytes(samples);
        FloatBuffer input = FloatBuffer.allocate(samples.length);

        new InputTensor(preprocessing(order), InputLayout.CHANNELS_FIRST)
                .write(new RgbImage(SIZE, SIZE, samples), input);

        for (int channel = 0; channel < 3; channel++) {
            int colour = order == ChannelOrder.RGB ? channel : 2 - channel;
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    int sample = Byte.toUnsignedInt(samples[(y * SIZE + x) * 3 + colour]);
                    double expected = (sample / 255.0 - MEAN.get(channel)) / DEVIATION.get(channel);
                    assertThat(input.get((channel * SIZE + y) * SIZE + x))
                            .as("channel %d, row %d, column %d", channel, y, x)
                            .isEqualTo((float) expected);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void putsTheChannelsLastWhereTheNetworkHasThemThere(ChannelOrder order) {
        byte[] samples = new byte[3 * SIZE * SIZE];
        new Random(2).nextBytes(samples);
        RgbImage image = new RgbImage(SIZE, SIZE, samples);
        FloatBuffer planes = FloatBuffer.allocate(samples.length);
        FloatBuffer pixels = FloatBuffer.allocate(samples.length);

        new InputTensor(preprocessing(order), InputLayout.CHANNELS_FIRST).write(image, planes);
        new InputTensor(preprocessing(order), InputLayout.CHANNELS_LAST).write(image, pixels);

        for (int channel = 0; channel < 3; channel++) {
            for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
                assertThat(pixels.get(3 * pixel + channel)).isEqualTo(planes.get(channel * SIZE * SIZE + pixel));
            }
        }
    }

    @Test
    void fillsFromTheFirstIndexWhereverTheBufferStands() {
        FloatBuffer input = FloatBuffer.allocate(3 * SIZE * SIZE).position(7);

        new InputTensor(preprocessing(ChannelOrder.RGB), InputLayout.CHANNELS_FIRST)
                .write(new RgbImage(SIZE, SIZE, new byte[3 * SIZE * SIZE]), input);

        assertThat(input.position()).isEqualTo(7);
        assertThat(input.get(0)).isEqualTo((float) (-(double) MEAN.get(0) / DEVIATION.get(0)));
        assertThat(input.get(3 * SIZE * SIZE - 1)).isEqualTo((float) (-(double) MEAN.get(2) / DEVIATION.get(2)));
    }

    @Test
    void namesBothSizesOfAPictureThatDoesNotFit() {
        FloatBuffer input = FloatBuffer.allocate(3 * SIZE * SIZE);
        RgbImage image = new RgbImage(SIZE, 31, new byte[3 * SIZE * 31]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InputTensor(preprocessing(ChannelOrder.RGB), InputLayout.CHANNELS_FIRST)
                        .write(image, input))
                .withMessage("The network takes pictures of 32 x 32 pixels, not 32 x 31");
    }

    private static Preprocessing preprocessing(ChannelOrder order) {
        return new Preprocessing(SIZE, new ResizeRule.Stretch(), Interpolation.BILINEAR, order, MEAN, DEVIATION);
    }
}
