package io.flinkvision.core.inference;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.PlainBundle;
import io.flinkvision.core.image.RgbImage;

/** A network up to the input of its last layer (1024 features of Small). Not thread-safe; each thread has its own. */
public final class HiddenLayer implements AutoCloseable {

    private final OnnxRuntimeSession session;
    private final InputTensor input;

    private HiddenLayer(ModelBundle bundle, OnnxRuntimeSession session) {
        this.session = session;
        this.input = new InputTensor(bundle.preprocessing(), session.layout());
    }

    /**
     * Loads a bundle's network into ONNX Runtime.
     *
     * @throws io.flinkvision.core.weights.ModelException if it is an ONNX model, or its tensors are not those of its
     *     network
     * @throws InferenceException if ONNX Runtime refuses the network, or is not there
     */
    public static HiddenLayer load(ModelBundle bundle) {
        PlainBundle network = PlainBundle.of(bundle);
        return new HiddenLayer(bundle, OnnxRuntimeSession.load(
                network.hiddenLayers(), bundle.preprocessing().inputSize(), network.features()));
    }

    /**
     * The features of a picture: {@code [features]}.
     *
     * @param image {@code [size, size, 3]}, red, green, blue, as the model's input wants it
     * @throws InferenceException if the runtime fails, or a feature is not finite
     */
    public float[] features(RgbImage image) {
        input.write(image, session.input());
        session.run();
        float[] features = new float[session.output().limit()];
        session.output().get(0, features);
        for (int i = 0; i < features.length; i++) {
            if (!Float.isFinite(features[i])) {
                throw new InferenceException("The network's hidden feature " + i + " is " + features[i]);
            }
        }
        return features;
    }

    @Override
    public void close() {
        session.close();
    }
}
