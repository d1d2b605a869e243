package io.flinkvision.core.bundle;

import java.nio.file.Path;

/** Where a network's labels come from. */
public sealed interface LabelSource {

    /** A text with a label a line. */
    record TextFile(Path path) implements LabelSource {}

    /** ImageNet's thousand classes, which ship with the project. */
    record ImageNet() implements LabelSource {}

    /** Wherever they are found: in the model itself, or in a {@code labels.txt} beside it. */
    record Found() implements LabelSource {}
}
