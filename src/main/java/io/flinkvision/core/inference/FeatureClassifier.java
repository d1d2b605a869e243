package io.flinkvision.core.inference;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.RgbImage;
import java.util.List;

/**
 * A network in two parts, of which the first one is shared by all questions: its pooled features (after the last 1x1
 * convolution, h-swish and the global average; 576 of Small, 960 of Large), and its own tail from there to the labels
 * of its classes. Not thread-safe; each thread has its own.
 */
public final class FeatureClassifier implements AutoCloseable {

    private FeatureClassifier() {}

    /**
     * Loads a bundle's network into ONNX Runtime.
     *
     * @throws io.flinkvision.core.weights.ModelException if the network cannot be cut at its pooled features
     * @throws InferenceException if ONNX Runtime refuses the network or the device, or is not there
     */
    public static FeatureClassifier load(ModelBundle bundle, Device device) {
        throw new UnsupportedOperationException();
    }

    /** The number of features of a picture. */
    public int features() {
        throw new UnsupportedOperationException();
    }

    /**
     * The pooled features of some pictures, in their order.
     *
     * @param images {@code [size, size, 3]} each, red, green, blue, as the model's input wants them
     * @throws InferenceException if the runtime fails, or a feature is not finite
     */
    public List<Features> features(List<RgbImage> images) {
        throw new UnsupportedOperationException();
    }

    /**
     * The most probable of the network's own classes.
     *
     * @param topK maximum number of classes, at least 1
     * @throws InferenceException as {@link Classifier#classify}
     */
    public List<Label> classify(Features features, int topK) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    /**
     * The pooled features of a picture.
     *
     * @param pooled {@code [features]} as the network computes them
     */
    public record Features(float[] pooled) {

        /** {@code [features]} divided by their L2 norm, which heads take; zeros where all are zero. */
        public float[] unit() {
            throw new UnsupportedOperationException();
        }
    }
}
