package io.flinkvision.core.teach;

/**
 * How far probabilities mean what they say, by pictures that were held out (Guo et al., On Calibration of Modern Neural
 * Networks, ICML 2017).
 */
final class Calibration {

    private static final int BINS = 15;

    private static final double MAX_TEMPERATURE = 100;

    private Calibration() {}

    /**
     * The mean negative log-likelihood of the right labels.
     *
     * @param logits {@code [pictures, labels]}, at least one picture
     * @param targets the right labels
     */
    static double negativeLogLikelihood(double[][] logits, int[] targets, double temperature) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            double[] scaled = logits[i].clone();
            for (int k = 0; k < scaled.length; k++) {
                scaled[k] /= temperature;
            }
            sum += Softmax.logSum(scaled) - scaled[targets[i]];
        }
        return sum / logits.length;
    }

    /**
     * The temperature from 1 upwards that makes the right labels most likely. One below 1 would sharpen the
     * probabilities, and on another camera's pictures that ruins them.
     */
    static double temperature(double[][] logits, int[] targets) {
        // The likelihood is concave in 1 / temperature: bisect where its slope is 0.
        double low = 1 / MAX_TEMPERATURE;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (slope(logits, targets, middle) <= 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return 1 / high;
    }

    /** The derivative of the negative log-likelihood by the inverse temperature. */
    private static double slope(double[][] logits, int[] targets, double inverse) {
        double slope = 0;
        for (int i = 0; i < logits.length; i++) {
            double[] probabilities = Softmax.probabilities(logits[i], 1 / inverse);
            for (int k = 0; k < probabilities.length; k++) {
                slope += probabilities[k] * logits[i][k];
            }
            slope -= logits[i][targets[i]];
        }
        return slope;
    }

    /**
     * Expected calibration error: the difference between the probability of the best label and the share of pictures
     * for which it is right, in bins of equal width, weighed by their pictures.
     */
    static double expectedCalibrationError(double[][] logits, int[] targets, double temperature) {
        double[] differences = new double[BINS];
        for (int i = 0; i < logits.length; i++) {
            double[] probabilities = Softmax.probabilities(logits[i], temperature);
            int best = Softmax.best(probabilities);
            int bin = Math.min(BINS - 1, (int) (probabilities[best] * BINS));
            differences[bin] += probabilities[best] - (best == targets[i] ? 1 : 0);
        }
        double error = 0;
        for (double difference : differences) {
            error += Math.abs(difference);
        }
        return error / logits.length;
    }
}
