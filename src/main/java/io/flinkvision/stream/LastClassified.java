package io.flinkvision.stream;

import io.flinkvision.inference.ClassifiedPicture;
import java.util.Objects;

/**
 * The state of a camera whose frames take over labels: its last frame that a network classified.
 *
 * @param source where that frame was read
 * @param picture what is remembered of it
 */
public record LastClassified(RecordCoordinates source, ClassifiedPicture picture) {

    public LastClassified {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(picture, "picture");
    }
}
