package io.flinkvision.core.teach;

import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.weights.LinearHead;
import java.util.List;

/**
 * Teaches the last layer of an ordinary network. Its input, the hidden layer's features, cannot be divided by the length
 * of each picture's own; so their mean is subtracted, and they are divided by one number. Both are folded into the
 * layer's weight and bias, and so is the temperature.
 *
 * @param taught the layer as a head, whose features are centred and scaled, and how good it is
 * @param weight of the last layer, {@code [labels, features]}, row-major
 * @param bias of the last layer, {@code [labels]}
 */
public record PlainTeaching(Taught taught, float[] weight, float[] bias) {

    /**
     * Teaches the layer.
     *
     * @param pictures with the features of the hidden layer as they are, in any order
     * @param leftOut files that were left out before, for the report
     * @param threads maximum number of threads, at least 1
     * @throws TeachingException as {@link TeachingSet#of}
     */
    public static PlainTeaching teach(
            List<Example> pictures, Teaching.Request request, List<LeftOut> leftOut, int threads) {
        // In the order of their digests, so that sums do not depend on the files' names.
        double[] mean = mean(TeachingSet.of(pictures).examples());
        double scale = scale(TeachingSet.of(pictures).examples(), mean);
        TeachingSet set = TeachingSet.of(pictures.stream().map(picture -> centred(picture, mean, scale)).toList());
        Taught taught = Teaching.teach(set, request, leftOut, threads);
        return folded(taught, mean, scale);
    }

    private static double[] mean(List<Example> pictures) {
        double[] mean = new double[pictures.get(0).unit().length];
        for (Example picture : pictures) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += (double) picture.unit()[i] / pictures.size();
            }
        }
        return mean;
    }

    /** The root mean square of the centred features' lengths, so that their lengths are about one, as those of a head. */
    private static double scale(List<Example> pictures, double[] mean) {
        double squares = 0;
        for (Example picture : pictures) {
            for (int i = 0; i < mean.length; i++) {
                double difference = picture.unit()[i] - mean[i];
                squares += difference * difference / pictures.size();
            }
        }
        return squares > 0 ? Math.sqrt(squares) : 1;
    }

    private static Example centred(Example picture, double[] mean, double scale) {
        float[] features = new float[mean.length];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) ((picture.unit()[i] - mean[i]) / scale);
        }
        return new Example(picture.source(), picture.label(), picture.group(), picture.digest(),
                picture.fingerprint(), features);
    }

    private static PlainTeaching folded(Taught taught, double[] mean, double scale) {
        LinearHead head = LinearHead.read(taught.head().toString(), taught.head().bytes());
        float[] weight = new float[head.weight().length];
        float[] bias = new float[head.bias().length];
        for (int label = 0; label < bias.length; label++) {
            double sum = head.bias()[label];
            for (int feature = 0; feature < mean.length; feature++) {
                int index = label * mean.length + feature;
                double element = head.weight()[index] / scale;
                weight[index] = (float) (element / head.temperature());
                sum -= element * mean[feature];
            }
            bias[label] = (float) (sum / head.temperature());
        }
        return new PlainTeaching(taught, weight, bias);
    }
}
