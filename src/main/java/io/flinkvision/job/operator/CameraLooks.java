package io.flinkvision.job.operator;

import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.job.record.PictureOrigin;
import java.util.Objects;
import java.util.Optional;

/**
 * The state of a camera whose frames are looked at before they are decoded.
 *
 * @param pace how often they are
 * @param measured the last one that was looked at and then decoded, if pictures are measured
 */
record CameraLooks(LookPace pace, Optional<Measured> measured) {

    /** Of a camera that is not known yet. */
    static final CameraLooks NONE = new CameraLooks(LookPace.EVERY_FRAME, Optional.empty());

    CameraLooks {
        Objects.requireNonNull(pace, "pace");
        Objects.requireNonNull(measured, "measured");
    }

    /**
     * A frame that was measured.
     *
     * @param source where it was read
     * @param statistics of its pixels
     * @param brightness of its preview
     */
    record Measured(PictureOrigin source, ViewStatistics statistics, double brightness) {

        Measured {
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(statistics, "statistics");
        }
    }

    CameraLooks at(LookPace other) {
        return new CameraLooks(other, measured);
    }
}
