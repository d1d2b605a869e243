package io.flinkvision.core.teach;

/**
 * A picture that got another label than its folder's while it was held out.
 *
 * @param source its path below the folder
 * @param label its folder's label
 * @param predicted the label that it got
 * @param probability of that label
 */
public record Mistake(String source, String label, String predicted, double probability) {}
