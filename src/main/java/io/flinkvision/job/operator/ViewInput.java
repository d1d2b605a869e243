package io.flinkvision.job.operator;

import io.flinkvision.core.image.RgbImage;
import io.flinkvision.job.record.PictureOrigin;
import java.util.Objects;
import java.util.Optional;

/** What the decode operator hands on of a view of a picture. */
public sealed interface ViewInput {

    /** The pixels for the network, if the view was decoded. */
    Optional<RgbImage> decoded();

    /**
     * The view was not compared with an earlier picture.
     *
     * @param pixels for the network
     */
    record NotCompared(RgbImage pixels) implements ViewInput {

        public NotCompared {
            Objects.requireNonNull(pixels, "pixels");
        }

        @Override
        public Optional<RgbImage> decoded() {
            return Optional.of(pixels);
        }
    }

    /**
     * The view looks different, or there was nothing to compare it with.
     *
     * @param pixels for the network
     */
    record Changed(RgbImage pixels) implements ViewInput {

        public Changed {
            Objects.requireNonNull(pixels, "pixels");
        }

        @Override
        public Optional<RgbImage> decoded() {
            return Optional.of(pixels);
        }
    }

    /**
     * The view looks as in an earlier picture of its camera, and was not decoded.
     *
     * @param since that picture, in which the view was {@link Changed}
     */
    record Unchanged(PictureOrigin since) implements ViewInput {

        public Unchanged {
            Objects.requireNonNull(since, "since");
        }

        @Override
        public Optional<RgbImage> decoded() {
            return Optional.empty();
        }
    }
}
