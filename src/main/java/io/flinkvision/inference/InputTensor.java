package io.flinkvision.inference;

import io.flinkvision.image.RgbImage;
import io.flinkvision.model.Preprocessing;
import io.flinkvision.model.Preprocessing.ChannelOrder;
import java.nio.FloatBuffer;

/**
 * Writes a picture as a network's input: {@code [height, width, 3]} bytes to {@code [1, 3, height, width]} floats,
 * each {@code (value / 255 - mean) / standardDeviation}.
 *
 * <p>A sample has only 256 values, so each channel's are computed once, in double precision, and looked up.
 */
final class InputTensor {

    private static final int SAMPLE_VALUES = 256;

    private final int size;
    private final float[][] normalised = new float[3][];
    private final int[] plane = new int[3];
    private final float[] row;

    InputTensor(Preprocessing preprocessing) {
        size = preprocessing.inputSize();
        row = new float[size];
        for (int colour = 0; colour < 3; colour++) {
            int channel = preprocessing.channelOrder() == ChannelOrder.RGB ? colour : 2 - colour;
            plane[colour] = channel * size * size;
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
        byte[] samples = image.samples();
        for (int colour = 0; colour < 3; colour++) {
            float[] table = normalised[colour];
            for (int y = 0; y < size; y++) {
                int sample = 3 * size * y + colour;
                for (int x = 0; x < size; x++, sample += 3) {
                    row[x] = table[samples[sample] & 0xff];
                }
                // One bulk copy a row: absolute puts into a direct buffer check their bounds one by one.
                input.put(plane[colour] + y * size, row);
            }
        }
    }
}
