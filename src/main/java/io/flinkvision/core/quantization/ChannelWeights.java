package io.flinkvision.core.quantization;

/**
 * A layer's weights and biases as integers, each output channel with a scale of its own: {@code weight = scale *
 * number} with numbers from -127 to 127, {@code bias = scale * inputScale * number} in 32 bits, so that a layer sums up
 * both as integers.
 *
 * @param weights {@code [output, ...]}
 * @param scales {@code [output]}, positive
 * @param biases {@code [output]}
 * @param biasScales {@code [output]}, positive
 */
record ChannelWeights(byte[] weights, float[] scales, int[] biases, float[] biasScales) {

    private static final int MAX = 127;

    /** Leaves room in 32 bits for the sum over a channel's products. */
    private static final double MAX_BIAS = 1 << 30;

    /**
     * Quantises a layer.
     *
     * @param weights {@code [output, ...]}, finite
     * @param biases {@code [output]}, finite
     * @param inputScale the scale of the layer's input
     */
    static ChannelWeights of(float[] weights, float[] biases, float inputScale) {
        int channels = biases.length;
        if (channels == 0 || weights.length % channels != 0) {
            throw new IllegalArgumentException(weights.length + " weights for " + channels + " output channels");
        }
        int length = weights.length / channels;
        byte[] numbers = new byte[weights.length];
        float[] scales = new float[channels];
        int[] biasNumbers = new int[channels];
        float[] biasScales = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            int start = channel * length;
            scales[channel] = scale(weights, start, start + length, biases[channel], inputScale);
            for (int i = start; i < start + length; i++) {
                numbers[i] = (byte) Math.rint(weights[i] / (double) scales[channel]);
            }
            biasScales[channel] = scales[channel] * inputScale;
            biasNumbers[channel] = (int) Math.rint(biases[channel] / (double) biasScales[channel]);
        }
        return new ChannelWeights(numbers, scales, biasNumbers, biasScales);
    }

    private static float scale(float[] weights, int start, int end, float bias, float inputScale) {
        double largest = 0;
        for (int i = start; i < end; i++) {
            largest = Math.max(largest, Math.abs(weights[i]));
        }
        // A channel of tiny weights and a large bias: its weights lose bits so that its bias has a number at all.
        double scale = Math.max(largest / MAX, Math.abs(bias) / (inputScale * MAX_BIAS));
        return scale >= Float.MIN_NORMAL ? (float) scale : 1;
    }
}
