package io.flinkvision.job.operator;

import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import io.flinkvision.job.record.PictureOrigin;
import java.util.Objects;

/**
 * The state of a camera whose frames take over labels: its last frame that a network classified.
 *
 * @param source where that frame was read
 * @param picture what is remembered of it
 * @param standsFor the frame since which the decode operator calls views {@link ViewInput.Unchanged unchanged} that
 *     reuse these labels: the same one, or an earlier one that looked alike and whose labels were of no use
 */
public record LastClassified(PictureOrigin source, ClassifiedImage picture, PictureOrigin standsFor) {

    public LastClassified {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(standsFor, "standsFor");
    }

    /** One that stands for itself. */
    LastClassified(PictureOrigin source, ClassifiedImage picture) {
        this(source, picture, source);
    }
}
