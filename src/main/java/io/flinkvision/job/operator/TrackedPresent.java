package io.flinkvision.job.operator;

import io.flinkvision.job.event.PresentDetector.Told;
import java.util.Objects;

/**
 * What the events' operator remembers of a camera whose state it has told.
 *
 * @param told the state
 * @param forgetTimer this machine's time in milliseconds at which to look whether the camera is to be forgotten;
 *     {@link TrackedCamera#NONE} while it is online
 */
record TrackedPresent(Told told, long forgetTimer) {

    TrackedPresent {
        Objects.requireNonNull(told, "told");
    }
}
