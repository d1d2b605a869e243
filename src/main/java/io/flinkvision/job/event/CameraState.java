package io.flinkvision.job.event;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The state of the detection for one camera.
 *
 * @param last the last frame; empty before the first one
 * @param online whether frames come
 * @param scores smoothed
 * @param ongoing what has been reported as started; its end is its last frame so far
 * @param awaySince when the camera ceased to show that; empty while it does not
 * @param candidate a label that is shown but not reported yet
 * @param minute the counts of the minute of the last frame; empty before the first one
 * @param health what is wrong with the camera, and by what that is recognised
 */
public record CameraState(
        Optional<Frame> last,
        boolean online,
        SmoothedScores scores,
        Optional<Episode> ongoing,
        Optional<Instant> awaySince,
        Optional<Episode> candidate,
        Optional<MinuteCounts> minute,
        CameraHealth health) {

    /** Before the first frame. */
    public static final CameraState UNKNOWN = new CameraState(Optional.empty(), false,
            SmoothedScores.NONE, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
            CameraHealth.UNKNOWN);

    public CameraState {
        Objects.requireNonNull(last, "last");
        Objects.requireNonNull(scores, "scores");
        Objects.requireNonNull(ongoing, "ongoing");
        Objects.requireNonNull(awaySince, "awaySince");
        Objects.requireNonNull(candidate, "candidate");
        Objects.requireNonNull(minute, "minute");
        Objects.requireNonNull(health, "health");
        if (online && last.isEmpty()) {
            throw new IllegalArgumentException("A camera without a frame cannot be online");
        }
        if (awaySince.isPresent() && ongoing.isEmpty()) {
            throw new IllegalArgumentException("Nothing was shown that the camera could be away from");
        }
    }

    /**
     * Whether a frame is later than all processed ones. One that is not is late, or a repetition.
     */
    public boolean precedes(Frame frame) {
        return last.isEmpty() || last.get().compareTo(frame) < 0;
    }

    CameraState with(Frame frame, SmoothedScores smoothed, MinuteCounts counts) {
        return new CameraState(Optional.of(frame), true, smoothed, ongoing, awaySince, candidate, Optional.of(counts),
                health);
    }

    CameraState with(CameraHealth next) {
        return new CameraState(last, online, scores, ongoing, awaySince, candidate, minute, next);
    }

    /** With one reported label, and no candidate. */
    CameraState showing(Episode episode) {
        return new CameraState(last, online, scores, Optional.of(episode), Optional.empty(), Optional.empty(), minute,
                health);
    }

    CameraState with(Optional<Episode> reported, Optional<Instant> away, Optional<Episode> possible) {
        return new CameraState(last, online, scores, reported, away, possible, minute, health);
    }

    CameraState with(MinuteCounts counts) {
        return new CameraState(last, online, scores, ongoing, awaySince, candidate, Optional.of(counts),
                health);
    }

    /** Offline: what was shown before says nothing about what is shown after. */
    CameraState silent() {
        return new CameraState(last, false, SmoothedScores.NONE, Optional.empty(), Optional.empty(), Optional.empty(),
                minute, health.silent());
    }
}
