package io.flinkvision.core.teach;

/** Softmax without overflow. */
final class Softmax {

    private Softmax() {}

    /** {@code log(sum(exp(logits)))}. */
    static double logSum(double[] logits) {
        return normalise(logits.clone());
    }

    /** Turns logits into probabilities, and returns {@code log(sum(exp(logits)))}. */
    static double normalise(double[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            logits[i] = Math.exp(logits[i] - largest);
            sum += logits[i];
        }
        for (int i = 0; i < logits.length; i++) {
            logits[i] /= sum;
        }
        return largest + Math.log(sum);
    }

    /** Probabilities of the labels at a temperature. */
    static double[] probabilities(double[] logits, double temperature) {
        double[] scaled = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            scaled[i] = logits[i] / temperature;
        }
        normalise(scaled);
        return scaled;
    }

    /** The index of the largest number; among equal ones the lowest. */
    static int best(double[] numbers) {
        int best = 0;
        for (int i = 1; i < numbers.length; i++) {
            best = numbers[i] > numbers[best] ? i : best;
        }
        return best;
    }
}
