package io.flinkvision.core.teach;

/**
 * How likely the right labels of pictures that were held out are at a strength of regularisation.
 *
 * @param inverseRegularisation {@code C}: the weight of the pictures against the penalty of large weights
 * @param negativeLogLikelihood the mean over the pictures, in nats
 */
public record StrengthLikelihood(double inverseRegularisation, double negativeLogLikelihood) {}
