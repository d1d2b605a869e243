package io.flinkvision.core.image;

import io.flinkvision.core.image.RegionBox.Span;
import java.io.Serializable;
import java.util.Objects;

/** What is shown to the network of a picture. */
public sealed interface View extends Serializable {

    /** The whole picture, resized and cropped by the model's own rule. */
    View WHOLE = new Whole();

    /** The columns of an upright picture of this width that are shown. */
    Span columns(int pictureWidth);

    /** The rows of an upright picture of this height that are shown. */
    Span rows(int pictureHeight);

    /** The whole picture. */
    record Whole() implements View {

        @Override
        public Span columns(int pictureWidth) {
            return new Span(0, pictureWidth);
        }

        @Override
        public Span rows(int pictureHeight) {
            return new Span(0, pictureHeight);
        }
    }

    /** A box of it. */
    sealed interface Part extends View {

        /** The box, in parts of the upright picture. */
        RegionBox box();

        @Override
        default Span columns(int pictureWidth) {
            return box().columns(pictureWidth);
        }

        @Override
        default Span rows(int pictureHeight) {
            return box().rows(pictureHeight);
        }
    }

    /** A box of it, resized and cropped by the model's own rule as if it were the whole. */
    record Crop(RegionBox box) implements Part {

        public Crop {
            Objects.requireNonNull(box, "box");
        }
    }

    /** A box of it, stretched to the network's square. */
    record Region(RegionBox box) implements Part {

        public Region {
            Objects.requireNonNull(box, "box");
        }
    }
}
