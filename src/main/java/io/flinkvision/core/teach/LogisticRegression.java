package io.flinkvision.core.teach;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Multinomial logistic regression: the weights {@code W} and biases {@code b} that minimise
 * {@code C * sum(-log p(label)) + |W|^2 / 2}, where {@code p} is the softmax of {@code W x + b}. The biases are free of
 * the penalty. Convex, so that the minimum does not depend on where the search begins.
 */
final class LogisticRegression {

    private static final int MAX_EVALUATIONS = 5_000;

    private final Features matrix;
    private final int[] targets;
    private final double[] shares;
    private final int labels;

    /**
     * @param targets the label of each picture, from 0
     * @param labels how many there are
     */
    LogisticRegression(Features matrix, int[] targets, int labels) {
        this(matrix, targets, ones(targets.length), labels);
    }

    /** @param shares the weight of each picture in the sum */
    LogisticRegression(Features matrix, int[] targets, double[] shares, int labels) {
        this.matrix = matrix;
        this.targets = targets;
        this.shares = shares;
        this.labels = labels;
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /**
     * A minimum, for features less the matrix' mean.
     *
     * @param parameters {@code [labels, features]} weights, and then {@code [labels]} biases
     * @param gradient the largest partial derivative that is left
     * @param evaluations of the objective that it took
     */
    record Fit(double[] parameters, double gradient, int evaluations) {}

    /** Where a search begins if nothing is known. */
    double[] zero() {
        return new double[labels * (matrix.features() + 1)];
    }

    /**
     * Learns from some of the pictures.
     *
     * @param inverseRegularisation {@code C}
     * @param isTaught whether a picture is learnt from
     * @param start parameters to begin at, as of another {@code C}
     * @param tolerance largest partial derivative at the minimum. The objective curves by at least 1 in each weight,
     *     so that the weights are then no further from the best ones than the length of the gradient
     */
    Fit fit(double inverseRegularisation, IntPredicate isTaught, double[] start, double tolerance) {
        Lbfgs.Minimum minimum = Lbfgs.minimise(
                objective(inverseRegularisation, isTaught), start, tolerance, MAX_EVALUATIONS);
        return new Fit(minimum.point(), minimum.gradient(), minimum.evaluations());
    }

    /** The objective of some of the pictures, as a function of the parameters of {@link Fit}. */
    Lbfgs.Objective objective(double inverseRegularisation, IntPredicate isTaught) {
        return only(isTaught).objective(inverseRegularisation);
    }

    /** Without the pictures that are not learnt from, whose products would be computed for nothing. */
    private LogisticRegression only(IntPredicate isTaught) {
        int[] taught = IntStream.range(0, targets.length).filter(isTaught).toArray();
        return taught.length == targets.length ? this : new LogisticRegression(matrix.only(taught),
                IntStream.of(taught).map(picture -> targets[picture]).toArray(),
                IntStream.of(taught).mapToDouble(picture -> shares[picture]).toArray(), labels);
    }

    private Lbfgs.Objective objective(double inverseRegularisation) {
        double[][] residuals = new double[labels][matrix.pictures()];
        double[][] weights = new double[labels][matrix.features()];
        double[][] sums = new double[labels][matrix.features()];
        return (parameters, gradient) -> {
            computeLogits(matrix, parameters, weights, residuals);
            double value = inverseRegularisation * loss(residuals, inverseRegularisation);
            for (double[] ofLabel : sums) {
                Arrays.fill(ofLabel, 0);
            }
            matrix.multiplyTransposed(residuals, sums);
            int next = 0;
            for (double[] ofLabel : sums) {
                for (double sum : ofLabel) {
                    double weight = parameters[next];
                    gradient[next++] = sum + weight;
                    value += weight * weight / 2;
                }
            }
            for (double[] ofLabel : residuals) {
                gradient[next++] = sum(ofLabel);
            }
            return value;
        };
    }

    private static double sum(double[] addends) {
        double sum = 0;
        for (double addend : addends) {
            sum += addend;
        }
        return sum;
    }

    /** Logits of some of the pictures: {@code [labels, some]}. */
    double[][] logits(Fit fit, int[] some) {
        double[][] logits = new double[labels][some.length];
        double[][] weights = new double[labels][matrix.features()];
        computeLogits(matrix.only(some), fit.parameters, weights, logits);
        return logits;
    }

    /** @param weights filled with those of the parameters */
    private void computeLogits(Features matrix, double[] parameters, double[][] weights, double[][] logits) {
        int features = matrix.features();
        for (int label = 0; label < labels; label++) {
            System.arraycopy(parameters, label * features, weights[label], 0, features);
            Arrays.fill(logits[label], parameters[labels * features + label]);
        }
        matrix.multiply(weights, logits);
    }

    /** Sums the loss, and turns the logits into the derivatives of {@code C * loss}. */
    private double loss(double[][] logits, double inverseRegularisation) {
        double[] ofPicture = new double[labels];
        double loss = 0;
        for (int picture = 0; picture < targets.length; picture++) {
            for (int label = 0; label < labels; label++) {
                ofPicture[label] = logits[label][picture];
            }
            loss -= shares[picture] * ofPicture[targets[picture]];
            loss += shares[picture] * Softmax.normalise(ofPicture);
            double strength = inverseRegularisation * shares[picture];
            for (int label = 0; label < labels; label++) {
                logits[label][picture] =
                        strength * (ofPicture[label] - (label == targets[picture] ? 1 : 0));
            }
        }
        return loss;
    }
}
