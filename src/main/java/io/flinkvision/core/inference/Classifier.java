package io.flinkvision.core.inference;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Classifies pixels: a loaded network with its normalisation and its labels. Not thread-safe; each thread has its own.
 */
public final class Classifier implements AutoCloseable {

    /** Tolerance for float32 rounding. */
    private static final double ROUNDING_TOLERANCE = 1e-4;

    private final OnnxRuntimeSession session;
    private final InputTensor input;
    private final List<String> labels;
    private final Scores scores;
    private final double[] weights;

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
        if (session.input().limit() != inputs || session.logits().limit() != labels.size()) {
            String message = "The network has " + session.input().limit() + " inputs and " + session.logits().limit()
                    + " outputs, but the preprocessing gives " + inputs + " and there are " + labels.size()
                    + " labels";
            session.close();
            throw new IllegalArgumentException(message);
        }
        this.session = session;
        this.input = new InputTensor(preprocessing, session.layout());
        this.labels = List.copyOf(labels);
        this.scores = scores;
        this.weights = new double[labels.size()];
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
        if (topK < 1) {
            throw new IllegalArgumentException("The number of labels must be at least 1, not " + topK);
        }
        input.write(image, session.input());
        session.run();
        double sum = weigh(session.logits());
        int[] best = indicesOfLargest(Math.min(topK, labels.size()));
        List<Label> result = new ArrayList<>(best.length);
        for (int index : best) {
            result.add(new Label(labels.get(index), index, (float) (weights[index] / sum)));
        }
        return result;
    }

    /** Fills {@link #weights}, and returns by what they are to be divided to be probabilities. */
    private double weigh(FloatBuffer outputs) {
        for (int i = 0; i < weights.length; i++) {
            float output = outputs.get(i);
            if (!Float.isFinite(output)) {
                throw new InferenceException(
                        "The network's score of class " + i + " (" + labels.get(i) + ") is " + output);
            }
            weights[i] = output;
        }
        return scores == Scores.LOGITS ? exponentiate() : requireProbabilities();
    }

    /** Makes softmax's numerators, less the largest logit so that none overflows, and returns their sum. */
    private double exponentiate() {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : weights) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.exp(weights[i] - largest);
            sum += weights[i];
        }
        return sum;
    }

    /** Probabilities are used unchanged, except that rounding beyond 0 and 1 is clipped. */
    private double requireProbabilities() {
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] < -ROUNDING_TOLERANCE || weights[i] > 1 + ROUNDING_TOLERANCE) {
                throw new InferenceException("The network's score of class " + i + " (" + labels.get(i) + ") is "
                        + weights[i] + ", which is not a probability; 'scores: logits' in the model's description makes"
                        + " probabilities of its output");
            }
            weights[i] = Math.min(Math.max(weights[i], 0), 1);
        }
        return 1;
    }

    /** By insertion: for a few of a thousand classes, sorting all would dominate. */
    private int[] indicesOfLargest(int count) {
        int[] best = new int[count];
        int found = 0;
        for (int i = 0; i < weights.length; i++) {
            if (found == count && weights[i] <= weights[best[found - 1]]) {
                continue;
            }
            int place = found < count ? found++ : found - 1;
            while (place > 0 && weights[i] > weights[best[place - 1]]) {
                best[place] = best[place - 1];
                place--;
            }
            best[place] = i;
        }
        return best;
    }

    /** Ends a picture that is being classified on another thread: see {@link OnnxRuntimeSession#terminate()}. */
    void terminate() {
        session.terminate();
    }

    /** Releases the network; a second call does nothing. */
    @Override
    public void close() {
        session.close();
    }
}
