package io.flinkvision.job.operator;

import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import io.flinkvision.job.record.PictureOrigin;
import java.util.Objects;

/**
 * The state of a camera whose frames take over labels: its last frame that a network classified.
 *
 * @param source where that frame was read
 * @param picture what is remembered of it
 */
public record LastClassified(PictureOrigin source, ClassifiedImage picture) {

    public LastClassified {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(picture, "picture");
    }
}
