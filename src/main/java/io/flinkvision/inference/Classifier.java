package io.flinkvision.inference;

import io.flinkvision.image.RgbImage;
import io.flinkvision.model.ModelBundle;
import io.flinkvision.model.Preprocessing;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Pixels in, labels out: a loaded network with its normalisation and its labels. Not safe for use by several threads;
 * each has its own.
 */
public final class Classifier implements AutoCloseable {

    private final NetworkSession session;
    private final InputTensor input;
    private final List<String> labels;
    private final double[] exponentials;

    /**
     * Takes over a session and closes it with itself.
     *
     * @param session a network whose input is {@code [1, 3, size, size]} and whose output is {@code [1, classes]}
     * @param preprocessing the normalisation of the input
     * @param labels the classes' names, in the order of the network's output
     * @throws IllegalArgumentException if the session's input or output has another size; the session is closed then
     */
    public Classifier(NetworkSession session, Preprocessing preprocessing, List<String> labels) {
        int inputs = 3 * preprocessing.inputSize() * preprocessing.inputSize();
        if (session.input().limit() != inputs || session.logits().limit() != labels.size()) {
            String message = "The network has " + session.input().limit() + " inputs and " + session.logits().limit()
                    + " outputs, but the preprocessing gives " + inputs + " and there are " + labels.size()
                    + " labels";
            session.close();
            throw new IllegalArgumentException(message);
        }
        this.session = session;
        this.input = new InputTensor(preprocessing);
        this.labels = List.copyOf(labels);
        this.exponentials = new double[labels.size()];
    }

    /**
     * Loads a bundle's network into ONNX Runtime.
     *
     * @throws InferenceException if ONNX Runtime refuses the network
     */
    public static Classifier load(ModelBundle bundle) {
        Preprocessing preprocessing = bundle.preprocessing();
        NetworkSession session = OnnxRuntimeSession.load(
                bundle.onnx(), preprocessing.inputSize(), bundle.labels().size());
        return new Classifier(session, preprocessing, bundle.labels());
    }

    /**
     * The most probable classes of a picture, by softmax of the network's logits.
     *
     * @param image {@code [size, size, 3]}, red, green, blue, resized and cropped by the model's rule
     * @param topK how many classes at the most, at least 1
     * @return the classes in falling order of their scores; of equal ones the lower index first
     * @throws InferenceException if the runtime fails, or the network's output is not finite
     * @throws IllegalArgumentException if the picture has not the network's input size, or {@code topK} is below 1
     * @throws IllegalStateException after {@link #close()}
     */
    public List<Label> classify(RgbImage image, int topK) {
        if (topK < 1) {
            throw new IllegalArgumentException("The number of labels must be at least 1, not " + topK);
        }
        input.write(image, session.input());
        session.run();
        double sum = exponentiate(session.logits());
        int[] best = indicesOfLargest(Math.min(topK, labels.size()));
        List<Label> result = new ArrayList<>(best.length);
        for (int index : best) {
            result.add(new Label(labels.get(index), index, (float) (exponentials[index] / sum)));
        }
        return result;
    }

    /** Softmax's numerators, less the largest logit so that none overflows, and their sum. */
    private double exponentiate(FloatBuffer logits) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < exponentials.length; i++) {
            float logit = logits.get(i);
            if (!Float.isFinite(logit)) {
                throw new InferenceException(
                        "The network's score of class " + i + " (" + labels.get(i) + ") is " + logit);
            }
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (int i = 0; i < exponentials.length; i++) {
            exponentials[i] = Math.exp((double) logits.get(i) - largest);
            sum += exponentials[i];
        }
        return sum;
    }

    /** By insertion: a handful of a thousand classes is asked for, so a sort of all would be most of the work. */
    private int[] indicesOfLargest(int count) {
        int[] best = new int[count];
        int found = 0;
        for (int i = 0; i < exponentials.length; i++) {
            if (found == count && exponentials[i] <= exponentials[best[found - 1]]) {
                continue;
            }
            int place = found < count ? found++ : found - 1;
            while (place > 0 && exponentials[i] > exponentials[best[place - 1]]) {
                best[place] = best[place - 1];
                place--;
            }
            best[place] = i;
        }
        return best;
    }

    /** Releases the network; a second call does nothing. */
    @Override
    public void close() {
        session.close();
    }
}
