package io.flinkvision.core.teach;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The features of all pictures, less their mean: a shift that the bias takes up, and that makes the minimum easier to
 * reach. Kept by rows and by columns, so that both products of a gradient run along memory.
 */
final class FeatureMatrix implements Features {

    private final int pictures;
    private final int features;
    private final double[] mean;
    private final double[][] rows;
    private final double[][] columns;

    /** @param units {@code [features]} each, of length one; at least one */
    FeatureMatrix(List<float[]> units) {
        pictures = units.size();
        features = units.get(0).length;
        mean = new double[features];
        for (float[] unit : units) {
            for (int j = 0; j < features; j++) {
                mean[j] += (double) unit[j] / pictures;
            }
        }
        rows = new double[pictures][features];
        for (int i = 0; i < pictures; i++) {
            float[] unit = units.get(i);
            for (int j = 0; j < features; j++) {
                rows[i][j] = unit[j] - mean[j];
            }
        }
        columns = transposed(rows, features);
    }

    private FeatureMatrix(double[] mean, double[][] rows) {
        this.pictures = rows.length;
        this.features = mean.length;
        this.mean = mean;
        this.rows = rows;
        this.columns = transposed(rows, features);
    }

    private static double[][] transposed(double[][] rows, int features) {
        double[][] columns = new double[features][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < features; j++) {
                columns[j][i] = rows[i][j];
            }
        }
        return columns;
    }

    /** Some of the pictures, with the mean of all. */
    @Override
    public FeatureMatrix only(int[] some) {
        return new FeatureMatrix(mean, IntStream.of(some).mapToObj(picture -> rows[picture]).toArray(double[][]::new));
    }

    /** The same in single precision. */
    CoarseFeatures coarse() {
        return new CoarseFeatures(rows);
    }

    @Override
    public int pictures() {
        return pictures;
    }

    @Override
    public int features() {
        return features;
    }

    /** What was subtracted: {@code [features]}. */
    double[] mean() {
        return mean;
    }

    @Override
    public void multiply(double[][] weights, double[][] sums) {
        addAll(columns, weights, sums);
    }

    @Override
    public void multiplyTransposed(double[][] weights, double[][] sums) {
        addAll(rows, weights, sums);
    }

    /** The squared length of a picture's features. */
    double square(int picture) {
        double sum = 0;
        for (double element : rows[picture]) {
            sum += element * element;
        }
        return sum;
    }

    /** The products of some pictures' features with those of each: {@code [some, pictures]}. */
    double[][] products(int[] some) {
        double[][] products = new double[some.length][pictures];
        addAll(columns, IntStream.of(some).mapToObj(picture -> rows[picture]).toArray(double[][]::new), products);
        return products;
    }

    /** Four vectors at a time for all labels, so that each is fetched from memory once. */
    private static void addAll(double[][] vectors, double[][] factors, double[][] sums) {
        int next = 0;
        for (; next + 4 <= vectors.length; next += 4) {
            for (int label = 0; label < sums.length; label++) {
                double[] factor = factors[label];
                add(sums[label], factor[next], vectors[next], factor[next + 1], vectors[next + 1],
                        factor[next + 2], vectors[next + 2], factor[next + 3], vectors[next + 3]);
            }
        }
        for (; next < vectors.length; next++) {
            for (int label = 0; label < sums.length; label++) {
                add(sums[label], factors[label][next], vectors[next]);
            }
        }
    }

    private static void add(double[] sums, double a, double[] as, double b, double[] bs, double c, double[] cs,
            double d, double[] ds) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (a * as[i] + b * bs[i]) + (c * cs[i] + d * ds[i]);
        }
    }

    private static void add(double[] sums, double a, double[] as) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += a * as[i];
        }
    }
}
