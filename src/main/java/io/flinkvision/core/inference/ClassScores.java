package io.flinkvision.core.inference;

import io.flinkvision.core.weights.OnnxModel.Scores;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Makes probabilities of a classifier's scores, and labels of the largest of them. Not thread-safe. */
public final class ClassScores {

    /** Tolerance for float32 rounding. */
    private static final double ROUNDING_TOLERANCE = 1e-4;

    private final List<String> names;
    private final Scores kind;
    private final double[] weights;

    /**
     * @param names the classes' names, in the order of the scores
     * @param kind what the scores are
     */
    ClassScores(List<String> names, Scores kind) {
        this.names = List.copyOf(names);
        this.kind = kind;
        this.weights = new double[names.size()];
    }

    /**
     * The most probable classes by the softmax of their logits.
     *
     * @param logits {@code [classes]}, finite; overwritten
     * @param temperature what the logits are divided by, above 0
     * @param names the classes' names
     * @param topK maximum number of labels, at least 1
     * @return in descending order of their probabilities; among equal ones the lower index first
     * @throws IllegalArgumentException if {@code topK} is below 1
     */
    public static List<Label> softmax(double[] logits, double temperature, List<String> names, int topK) {
        double sum = exponentiate(logits, temperature);
        return largest(logits, sum, names, topK);
    }

    /**
     * The most probable classes.
     *
     * @param outputs a network's, {@code [classes]}
     * @throws InferenceException if a score is not finite, or no probability where it should be one
     * @throws IllegalArgumentException if {@code topK} is below 1
     */
    List<Label> labels(FloatBuffer outputs, int topK) {
        for (int i = 0; i < weights.length; i++) {
            float output = outputs.get(i);
            if (!Float.isFinite(output)) {
                throw new InferenceException(
                        "The network's score of class " + i + " (" + names.get(i) + ") is " + output);
            }
            weights[i] = output;
        }
        if (kind == Scores.LOGITS) {
            return softmax(weights, 1, names, topK);
        }
        requireProbabilities();
        return largest(weights, 1, names, topK);
    }

    /** Makes softmax's numerators, less the largest logit so that none overflows, and returns their sum. */
    private static double exponentiate(double[] logits, double temperature) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            logits[i] = Math.exp((logits[i] - largest) / temperature);
            sum += logits[i];
        }
        return sum;
    }

    /** Probabilities are used unchanged, except that rounding beyond 0 and 1 is clipped. */
    private void requireProbabilities() {
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] < -ROUNDING_TOLERANCE || weights[i] > 1 + ROUNDING_TOLERANCE) {
                throw new InferenceException("The network's score of class " + i + " (" + names.get(i) + ") is "
                        + weights[i] + ", which is not a probability; 'scores: logits' in the model's description makes"
                        + " probabilities of its output");
            }
            weights[i] = Math.min(Math.max(weights[i], 0), 1);
        }
    }

    private static List<Label> largest(double[] weights, double sum, List<String> names, int topK) {
        int[] best = indicesOfLargest(weights, Math.min(requireLabels(topK), weights.length));
        List<Label> labels = new ArrayList<>(best.length);
        for (int index : best) {
            labels.add(new Label(names.get(index), index, (float) (weights[index] / sum)));
        }
        return labels;
    }

    /**
     * The number of labels that are asked for.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    static int requireLabels(int topK) {
        if (topK < 1) {
            throw new IllegalArgumentException("The number of labels must be at least 1, not " + topK);
        }
        return topK;
    }

    /** By insertion: for a few of a thousand classes, sorting all would dominate. */
    private static int[] indicesOfLargest(double[] weights, int count) {
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
}
