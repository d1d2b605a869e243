package io.flinkvision.tools.audit;

import io.flinkvision.job.record.CameraFrame;
import java.util.List;
import java.util.Objects;

/**
 * The outcomes of the frames of a job that reads cameras itself.
 *
 * @param cameras number of those that have an outcome
 * @param labelled frames with labels
 * @param deadLettered frames with a dead letter
 * @param doubled frames with more than one outcome, which are among the others
 * @param offenders those of them that are named, up to the audit's limit
 * @param unreadable output records that name no frame of a camera
 */
public record FrameReport(
        int cameras, long labelled, long deadLettered, long doubled, List<Doubled> offenders, long unreadable) {

    /**
     * A frame with more than one outcome.
     *
     * @param labels number of its records of labels, up to 127
     * @param deadLetters number of its dead letters, up to 127
     */
    public record Doubled(CameraFrame frame, int labels, int deadLetters) {

        public Doubled {
            Objects.requireNonNull(frame, "frame");
        }
    }

    public FrameReport {
        offenders = List.copyOf(offenders);
    }

    /** Whether no frame has more than one outcome. */
    public boolean isSound() {
        return doubled == 0;
    }
}
