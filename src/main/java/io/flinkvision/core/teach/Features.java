package io.flinkvision.core.teach;

/** A matrix of pictures' features, and its products with the weights and the residuals of labels. */
interface Features {

    int pictures();

    int features();

    /** Some of the pictures. */
    Features only(int[] some);

    /** {@code sums[label][picture] += weights[label][feature] * matrix[picture][feature]}, over all features. */
    void multiply(double[][] weights, double[][] sums);

    /** {@code sums[label][feature] += weights[label][picture] * matrix[picture][feature]}, over all pictures. */
    void multiplyTransposed(double[][] weights, double[][] sums);
}
