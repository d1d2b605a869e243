package io.flinkvision.core.teach;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A matrix of features in single precision, whose products take half the time of those of {@link FeatureMatrix}. They
 * are right to some 1e-7 of their addends: enough for a search that ends where the gradient is far above that. For one
 * thread at a time; what {@link #only} returns is for another one.
 */
final class CoarseFeatures implements Features {

    private final int features;
    private final float[][] rows;
    private final float[][] columns;

    /** The rounded factors and the products of the latest call, as new memory costs more than filling it. */
    private float[][] factorsOfLabels = {};
    private float[][] sumsOfLabels = {};

    /** @param rows {@code [pictures, features]}; at least one */
    CoarseFeatures(double[][] rows) {
        this(Arrays.stream(rows).map(CoarseFeatures::rounded).toArray(float[][]::new), rows[0].length);
    }

    private CoarseFeatures(float[][] rows, int features) {
        this.features = features;
        this.rows = rows;
        this.columns = new float[features][rows.length];
        for (int i = 0; i < rows.length; i++) {
            float[] row = rows[i];
            for (int j = 0; j < features; j++) {
                columns[j][i] = row[j];
            }
        }
    }

    private static float[] rounded(double[] vector) {
        float[] rounded = new float[vector.length];
        round(vector, rounded);
        return rounded;
    }

    private static void round(double[] vector, float[] rounded) {
        for (int i = 0; i < vector.length; i++) {
            rounded[i] = (float) vector[i];
        }
    }

    @Override
    public int pictures() {
        return rows.length;
    }

    @Override
    public int features() {
        return features;
    }

    @Override
    public CoarseFeatures only(int[] some) {
        return new CoarseFeatures(
                IntStream.of(some).mapToObj(picture -> rows[picture]).toArray(float[][]::new), features);
    }

    @Override
    public void multiply(double[][] weights, double[][] sums) {
        addAll(columns, weights, sums);
    }

    @Override
    public void multiplyTransposed(double[][] weights, double[][] sums) {
        addAll(rows, weights, sums);
    }

    private void addAll(float[][] vectors, double[][] factors, double[][] sums) {
        int longest = Math.max(pictures(), features);
        if (factorsOfLabels.length != sums.length) {
            factorsOfLabels = new float[sums.length][longest];
            sumsOfLabels = new float[sums.length][longest];
        }
        for (int label = 0; label < sums.length; label++) {
            round(factors[label], factorsOfLabels[label]);
            Arrays.fill(sumsOfLabels[label], 0);
        }
        addAll(vectors, factorsOfLabels, sumsOfLabels);
        for (int label = 0; label < sums.length; label++) {
            add(sums[label], sumsOfLabels[label]);
        }
    }

    private static void add(double[] sums, float[] addends) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += addends[i];
        }
    }

    /** Four vectors at a time for all labels, so that each is fetched from memory once. */
    private static void addAll(float[][] vectors, float[][] factors, float[][] sums) {
        int next = 0;
        for (; next + 4 <= vectors.length; next += 4) {
            for (int label = 0; label < sums.length; label++) {
                float[] factor = factors[label];
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

    private static void add(float[] sums, float a, float[] as, float b, float[] bs, float c, float[] cs,
            float d, float[] ds) {
        for (int i = 0; i < as.length; i++) {
            sums[i] += (a * as[i] + b * bs[i]) + (c * cs[i] + d * ds[i]);
        }
    }

    private static void add(float[] sums, float a, float[] as) {
        for (int i = 0; i < as.length; i++) {
            sums[i] += a * as[i];
        }
    }
}
