package io.flinkvision.core.image;

import java.util.Objects;

/** What is shown to the network of a picture. */
public sealed interface View {

    /** The whole picture, resized and cropped by the model's own rule. */
    View WHOLE = new Whole();

    /** The whole picture. */
    record Whole() implements View {}

    /** A box of it, stretched to the network's square. */
    record Region(RegionBox box) implements View {

        public Region {
            Objects.requireNonNull(box, "box");
        }
    }
}
