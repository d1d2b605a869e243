package io.flinkvision.core.inference;

import java.util.Objects;

/**
 * One class of a network's answer.
 *
 * @param label the class's name
 * @param index its line in the bundle's labels and its place in the network's output, from 0
 * @param score its softmax probability, from 0 to 1
 */
public record Label(String label, int index, float score) {

    public Label {
        Objects.requireNonNull(label, "label");
        if (index < 0) {
            throw new IllegalArgumentException("The index of label " + label + " is negative: " + index);
        }
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("The score of label " + label + " is not from 0 to 1: " + score);
        }
    }
}
