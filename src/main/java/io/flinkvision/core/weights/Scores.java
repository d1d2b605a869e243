package io.flinkvision.core.weights;

/** What a network's output is. */
public enum Scores {
    /** Of any size; softmax makes probabilities of them. */
    LOGITS,
    /** From 0 to 1, since the network ends with a softmax of its own, or with a sigmoid for each class. */
    PROBABILITIES
}
