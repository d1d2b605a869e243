package io.flinkvision.tools.catalogue;

/** The classes of a network's output, where they are not the user's own. */
public enum LabelSet {
    /** The 1000 classes of ILSVRC 2012, in the order of their WordNet numbers. */
    IMAGENET,
    /** The same after a class 0 for the background, 1001 in all, as TensorFlow-Slim's networks have them. */
    IMAGENET_WITH_BACKGROUND
}
