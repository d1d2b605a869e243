package io.flinkvision.core.inference;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.util.List;

/**
 * Classifies pixels: a loaded network with its normalisation and its labels. Not thread-safe; each thread has its own.
 */
public final class Classifier implements LoadedNetwork {

    private final OnnxRuntimeSession session;
    private final InputTensor input;
    private final ClassScores scores;

    /**
     * Takes over a session and closes it with itself.
     *
     * @param session a network of one picture in, of {@code size x size} pixels, and a number for each class out
     * @param preprocessing the normalisation of the input
     * @param labels the classes' names, in the order of the network's output
     * @param scores what that output is
     * @throws IllegalArgumentException if the session's input or output has another size; the session is closed then
     */
    public Classifier(OnnxRuntimeSession session, Preprocessing preprocessing, List<String> labels, Scores scores) {
        int inputs = 3 * preprocessing.inputSize() * preprocessing.inputSize();
        if (session.input().limit() != inputs || session.output().limit() != labels.size()) {
            String message = "The network has " + session.input().limit() + " inputs and " + session.output().limit()
                    + " outputs, but the preprocessing gives " + inputs + " and there are " + labels.size()
                    + " labels";
            session.close();
            throw new IllegalArgumentException(message);
        }
        this.session = session;
        this.input = new InputTensor(preprocessing, session.layout());
        this.scores = new ClassScores(labels, scores);
    }

    /** Whether ONNX Runtime is on the class path, so that a network can be loaded. */
    public static boolean canLoad() {
        return OnnxRuntimeLibrary.isOnClassPath();
    }

    /**
     * Loads a bundle's network into ONNX Runtime, for the calling thread.
     *
     * @throws InferenceException if ONNX Runtime refuses the network, or is not there
     */
    public static Classifier load(ModelBundle bundle) {
        return load(bundle, new Device.Cpu());
    }

    /**
     * Loads a bundle's network into ONNX Runtime.
     *
     * @param device what runs it
     * @throws InferenceException if ONNX Runtime refuses the network or the device, or is not there
     */
    public static Classifier load(ModelBundle bundle, Device device) {
        OnnxRuntimeLibrary.load();
        Preprocessing preprocessing = bundle.preprocessing();
        OnnxRuntimeSession session = OnnxRuntimeSession.load(
                bundle.onnx(), preprocessing.inputSize(), bundle.labels().size(), device);
        return new Classifier(session, preprocessing, bundle.labels(), bundle.weights().scores());
    }

    /**
     * The most probable classes of a picture: by softmax of the network's logits, or by its own probabilities.
     *
     * @param image {@code [size, size, 3]}, red, green, blue, resized and cropped by the model's rule
     * @param topK maximum number of classes, at least 1
     * @return the classes in descending order of their scores; among equal scores the lower index first
     * @throws InferenceException if the runtime fails, or the network's output is not finite, or no probability
     *     where it should be one
     * @throws IllegalArgumentException if the picture has not the network's input size, or {@code topK} is below 1
     * @throws IllegalStateException after {@link #close()}
     */
    public List<Label> classify(RgbImage image, int topK) {
        ClassScores.requireLabels(topK);
        input.write(image, session.input());
        session.run();
        return scores.labels(session.output(), topK);
    }

    @Override
    public void terminate() {
        session.terminate();
    }

    /** Releases the network; a second call does nothing. */
    @Override
    public void close() {
        session.close();
    }
}
