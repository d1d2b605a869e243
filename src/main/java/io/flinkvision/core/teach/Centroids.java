package io.flinkvision.core.teach;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** The mean of each label's unit features; how near a picture is to them tells whether it is like what was taught. */
final class Centroids {

    /** Of good pictures, this part may be told as unknown. */
    private static final double QUANTILE = 0.01;

    private static final int NO_LABEL = -1;

    private final float[][] means;

    private Centroids(float[][] means) {
        this.means = means;
    }

    /**
     * Centroids of some of the pictures. A label without any of them has none.
     *
     * @param isTaught whether a picture counts
     */
    static Centroids of(TeachingSet set, IntPredicate isTaught) {
        int features = set.examples().get(0).unit().length;
        double[][] sums = new double[set.labels().size()][features];
        int[] counts = new int[sums.length];
        for (int picture = 0; picture < set.examples().size(); picture++) {
            if (isTaught.test(picture)) {
                float[] unit = set.examples().get(picture).unit();
                double[] sum = sums[set.target(picture)];
                counts[set.target(picture)]++;
                for (int j = 0; j < features; j++) {
                    sum[j] += unit[j];
                }
            }
        }
        float[][] means = new float[sums.length][features];
        for (int label = 0; label < means.length; label++) {
            for (int j = 0; j < features && counts[label] > 0; j++) {
                means[label][j] = (float) (sums[label][j] / counts[label]);
            }
        }
        return new Centroids(means);
    }

    /** {@code [labels, features]}, row-major. */
    float[] rowMajor() {
        float[] all = new float[means.length * means[0].length];
        for (int label = 0; label < means.length; label++) {
            System.arraycopy(means[label], 0, all, label * means[0].length, means[0].length);
        }
        return all;
    }

    /**
     * 1 less the cosine to the nearest centroid: from 0 to 2, and 1 to a centroid without a direction.
     *
     * @param features of any length, as only those of heads are of length one
     */
    double distance(float[] features) {
        return distanceWithout(NO_LABEL, features);
    }

    /** The distance to the centroids of all labels but one. */
    double distanceWithout(int label, float[] features) {
        double ofPicture = square(features);
        double best = -1;
        for (int other = 0; other < means.length; other++) {
            if (other == label) {
                continue;
            }
            float[] mean = means[other];
            double product = 0;
            for (int j = 0; j < mean.length; j++) {
                product += (double) mean[j] * features[j];
            }
            double squares = square(mean) * ofPicture;
            best = Math.max(best, squares == 0 ? 0 : product / Math.sqrt(squares));
        }
        return Math.min(2, Math.max(0, 1 - best));
    }

    private static double square(float[] vector) {
        double square = 0;
        for (float element : vector) {
            square += (double) element * element;
        }
        return square;
    }

    /**
     * The distance beyond which a picture is unknown: 99 % of pictures that were held out are within it, by linear
     * interpolation between two of them.
     *
     * @param distances of pictures that were held out, at least one
     */
    static double threshold(double[] distances) {
        double[] ascending = distances.clone();
        Arrays.sort(ascending);
        double rank = (1 - QUANTILE) * (ascending.length - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, ascending.length - 1);
        return ascending[below] + (rank - below) * (ascending[above] - ascending[below]);
    }
}
