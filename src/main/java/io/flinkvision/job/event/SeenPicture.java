package io.flinkvision.job.event;

import io.flinkvision.core.image.ViewStatistics;
import java.time.Instant;
import java.util.Objects;

/**
 * The last picture of a camera, and since when it has been the same.
 *
 * @param view what was measured of it
 * @param sameSince time of the first frame with this picture
 * @param frame the id of that
 * @param repetitions how many frames have shown it again
 */
public record SeenPicture(ViewStatistics view, Instant sameSince, String frame, int repetitions) {

    public SeenPicture {
        Objects.requireNonNull(view, "view");
        Objects.requireNonNull(sameSince, "sameSince");
        Objects.requireNonNull(frame, "frame");
        if (repetitions < 0) {
            throw new IllegalArgumentException("The picture " + frame + " was repeated " + repetitions + " times");
        }
    }

    static SeenPicture first(Frame frame, ViewStatistics view) {
        return new SeenPicture(view, frame.time(), frame.id(), 0);
    }

    SeenPicture then(Frame next, ViewStatistics nextView) {
        return nextView.isSamePictureAs(view)
                ? new SeenPicture(nextView, sameSince, frame, Math.addExact(repetitions, 1))
                : first(next, nextView);
    }

    boolean isRepeated() {
        return repetitions > 0;
    }
}
