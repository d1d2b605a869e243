package io.flinkvision.core.mobilenet;

import io.flinkvision.core.mobilenet.Network.BatchNormTensor;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.StateDict;
import java.util.Optional;

/**
 * The weight and bias of a layer with its batch normalisation folded in: at inference, {@code gamma * (w x + b - mean)
 * / sqrt(variance + epsilon) + beta} is a layer again. It is computed in double precision and rounded once.
 *
 * @param weight the elements of the weight, row-major, the output channel first
 * @param bias one element per output channel
 */
record FoldedWeights(float[] weight, float[] bias) {

    /**
     * Reads a layer's tensors and folds them.
     *
     * @param prefix the layer's module
     * @param hasBias whether the layer has a bias of its own
     * @param batchNorm the batch normalisation's module
     * @param output output channels
     * @throws ModelException if a tensor is missing or not finite, or a variance is negative
     */
    static FoldedWeights fold(
            StateDict stateDict,
            String prefix,
            boolean hasBias,
            Optional<String> batchNorm,
            int output,
            double epsilon) {
        float[] weight = stateDict.floats(prefix + ".weight");
        float[] bias = hasBias ? stateDict.floats(prefix + ".bias") : new float[output];
        if (batchNorm.isEmpty()) {
            return new FoldedWeights(weight, bias);
        }
        float[] gamma = stateDict.floats(batchNorm.get() + BatchNormTensor.WEIGHT.suffix());
        float[] beta = stateDict.floats(batchNorm.get() + BatchNormTensor.BIAS.suffix());
        float[] mean = stateDict.floats(batchNorm.get() + BatchNormTensor.RUNNING_MEAN.suffix());
        String varianceName = batchNorm.get() + BatchNormTensor.RUNNING_VARIANCE.suffix();
        float[] variance = stateDict.floats(varianceName);
        int perChannel = weight.length / output;
        for (int channel = 0; channel < output; channel++) {
            if (variance[channel] < 0) {
                throw new ModelException(stateDict + ": element " + channel + " of tensor " + varianceName + " is "
                        + variance[channel] + ", but a variance cannot be negative");
            }
            double scale = gamma[channel] / Math.sqrt((double) variance[channel] + epsilon);
            for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
                weight[i] = (float) (weight[i] * scale);
            }
            bias[channel] = (float) (beta[channel] + ((double) bias[channel] - mean[channel]) * scale);
        }
        if (!allFinite(weight) || !allFinite(bias)) {
            throw new ModelException(stateDict + ": the weights of " + prefix + " are beyond the range of floats once"
                    + " batch normalisation " + batchNorm.get() + " is folded into them; its epsilon may be wrong");
        }
        return new FoldedWeights(weight, bias);
    }

    private static boolean allFinite(float[] numbers) {
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                return false;
            }
        }
        return true;
    }
}
