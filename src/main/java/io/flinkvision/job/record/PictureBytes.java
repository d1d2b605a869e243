package io.flinkvision.job.record;

import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;

/** The bytes of the picture that a record holds or refers to, or the reason why there are none. */
public sealed interface PictureBytes {

    /** The bytes, which nobody changes. */
    record Found(byte[] bytes) implements PictureBytes {}

    /** The reason why there are none. */
    record Refused(Rejected reason) implements PictureBytes {}

    /** There are none. */
    static PictureBytes refused(ErrorCode code, String message) {
        return new Refused(new Rejected(code, message));
    }
}
