package io.flinkvision.job.operator;

import io.flinkvision.job.event.CameraState;
import java.util.Objects;

/**
 * What the events' operator remembers of a camera: the state of the detection, and when to look after it. Times are in
 * milliseconds.
 *
 * @param state of the detection
 * @param silentAt the event time at which the camera is offline if no frame comes before
 * @param silenceTimer the event time of the timer that looks after that; {@link #NONE} where there is none
 * @param heardAt this machine's time when the last frame came
 * @param watermark the event time by which the clock judges whether event time goes on
 * @param clockTimer whether a timer by the clock is set
 */
record TrackedCamera(
        CameraState state, long silentAt, long silenceTimer, long heardAt, long watermark, boolean clockTimer) {

    static final long NONE = Long.MIN_VALUE;

    /** A camera that nothing is known of. */
    static final TrackedCamera UNKNOWN = new TrackedCamera(CameraState.UNKNOWN, NONE, NONE, NONE, NONE, false);

    TrackedCamera {
        Objects.requireNonNull(state, "state");
    }

    TrackedCamera with(CameraState next) {
        return new TrackedCamera(next, silentAt, silenceTimer, heardAt, watermark, clockTimer);
    }

    /** A frame has come. */
    TrackedCamera heard(long clock, long atWatermark) {
        return new TrackedCamera(state, silentAt, silenceTimer, clock, atWatermark, clockTimer);
    }

    TrackedCamera withSilenceAt(long time) {
        return new TrackedCamera(state, time, silenceTimer, heardAt, watermark, clockTimer);
    }

    TrackedCamera withSilenceTimer(long timer) {
        return new TrackedCamera(state, silentAt, timer, heardAt, watermark, clockTimer);
    }

    TrackedCamera withClockTimer(boolean set) {
        return new TrackedCamera(state, silentAt, silenceTimer, heardAt, watermark, set);
    }

    TrackedCamera withWatermark(long seen) {
        return new TrackedCamera(state, silentAt, silenceTimer, heardAt, seen, clockTimer);
    }
}
