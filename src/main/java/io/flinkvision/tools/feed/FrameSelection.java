package io.flinkvision.tools.feed;

/** Which frames of a video are taken: one in so many, and at the most so many a second of its own time. */
final class FrameSelection {

    private final int every;
    private final double interval;
    private double due = Double.NEGATIVE_INFINITY;
    private double last = Double.NEGATIVE_INFINITY;

    FrameSelection(CameraSettings settings) {
        this.every = settings.every();
        this.interval = settings.fps().map(fps -> 1 / fps).orElse(0.0);
    }

    /**
     * Whether a frame is taken; each is asked about once, in its order.
     *
     * @param number its place in the video, from 0
     * @param second its time in the video; going back starts the clock anew, as a video that begins again does
     */
    boolean takes(long number, double second) {
        if (number % every != 0) {
            return false;
        }
        if (second < last) {
            due = Double.NEGATIVE_INFINITY;
        }
        last = second;
        // Time stamps are rounded, to a millisecond in Matroska, so a frame counts as due a little early.
        if (second < due - Math.min(interval / 10, 0.002)) {
            return false;
        }
        // Steady in the long run; after a gap it starts from the frame that ended it.
        due = due + interval > second ? due + interval : second + interval;
        return true;
    }
}
