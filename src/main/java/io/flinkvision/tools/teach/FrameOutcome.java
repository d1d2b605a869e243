package io.flinkvision.tools.teach;

import io.flinkvision.core.image.ImageFormat;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The picture of a frame, or the reason why there is none. */
public sealed interface FrameOutcome {

    /**
     * A picture.
     *
     * @param bytes a whole file, as the camera sent it; of raw pixels a PNG, which has the same pixels. Not copied, so
     *     nobody may change them
     * @param format the format of the file
     * @param camera the record's key as text; empty if it had none
     * @param capturedAt when it was taken; without a capture time, when the record was written
     */
    record Found(byte[] bytes, ImageFormat format, Optional<String> camera, Instant capturedAt)
            implements FrameOutcome {

        public Found {
            Objects.requireNonNull(bytes, "bytes");
            Objects.requireNonNull(format, "format");
            Objects.requireNonNull(camera, "camera");
            Objects.requireNonNull(capturedAt, "capturedAt");
        }
    }

    /** Retention has deleted it, or it never was. */
    record Gone() implements FrameOutcome {}

    /**
     * There is no picture in the record.
     *
     * @param reason for people: a sentence without its end
     */
    record Refused(String reason) implements FrameOutcome {

        public Refused {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * It could not be read now; a later request may succeed.
     *
     * @param reason for people, a clause
     */
    record Delayed(String reason) implements FrameOutcome {

        public Delayed {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
