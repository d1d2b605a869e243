package io.flinkvision.core.inference;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.weights.OnnxModel.InputLayout;
import java.nio.FloatBuffer;

/**
 * Writes a picture as a network's input: {@code [height, width, 3]} bytes to {@code [1, 3, height, width]} or
 * {@code [1, height, width, 3]} floats, each {@code (value / 255 - mean) / standardDeviation}.
 *
 * <p>A sample has only 256 values, so each channel's are computed once, in double precision, and looked up.
 */
final class InputTensor {

    private static final int SAMPLE_VALUES = 256;

    private final int size;
    private final float[][] normalised = new float[3][];
    private final int[] channels = new int[3];
    private final InputLayout layout;
    private final float[] row;

    InputTensor(Preprocessing preprocessing, InputLayout layout) {
        size = preprocessing.inputSize();
        this.layout = layout;
        row = new float[layout == InputLayout.CHANNELS_FIRST ? size : 3 * size];
        for (int colour = 0; colour < 3; colour++) {
            int channel = preprocessing.channelOrder() == ChannelOrder.RGB ? colour : 2 - colour;
            channels[colour] = channel;
            normalised[colour] =
                    table(preprocessing.mean().get(channel), preprocessing.standardDeviation().get(channel));
        }
    }

    private static float[] table(double mean, double standardDeviation) {
        float[] table = new float[SAMPLE_VALUES];
        for (int value = 0; value < SAMPLE_VALUES; value++) {
            table[value] = (float) ((value / 255.0 - mean) / standardDeviation);
        }
        return table;
    }

    /**
     * Fills the input.
     *
     * @throws IllegalArgumentException if the picture has not the network's input size
     */
    void write(RgbImage image, FloatBuffer input) {
        if (image.width() != size || image.height() != size) {
            throw new IllegalArgumentException("The network takes pictures of " + size + " x " + size
                    + " pixels, not " + image.width() + " x " + image.height());
        }
        if (layout == InputLayout.CHANNELS_FIRST) {
            writePlanes(image.samples(), input);
        } else {
            writePixels(image.samples(), input);
        }
    }

    private void writePlanes(byte[] samples, FloatBuffer input) {
        for (int colour = 0; colour < 3; colour++) {
            float[] table = normalised[colour];
            for (int y = 0; y < size; y++) {
                int sample = 3 * size * y + colour;
                for (int x = 0; x < size; x++, sample += 3) {
                    row[x] = table[samples[sample] & 0xff];
                }
                // One bulk copy per row: absolute puts into a direct buffer check their bounds one by one.
                input.put((channels[colour] * size + y) * size, row);
            }
        }
    }

    private void writePixels(byte[] samples, FloatBuffer input) {
        for (int y = 0; y < size; y++) {
            int sample = 3 * size * y;
            for (int x = 0; x < 3 * size; x += 3) {
                for (int colour = 0; colour < 3; colour++, sample++) {
                    row[x + channels[colour]] = normalised[colour][samples[sample] & 0xff];
                }
            }
            input.put(3 * size * y, row);
        }
    }
}
