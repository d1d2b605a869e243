package io.flinkvision.job.event;

import java.io.Serializable;
import java.time.Duration;

/**
 * How a label's scores are smoothed over time: one frame that shows something else is no event. Both ways are means
 * over frames, each frame weighted by its age in event time, so that it does not matter how fast frames are processed.
 */
public sealed interface Smoothing extends Serializable {

    /**
     * The weight of a frame halves with each half-life of its age: the exponentially weighted mean for times at
     * irregular distances.
     *
     * @param halfLife in which a frame loses half of its weight
     */
    record Exponential(Duration halfLife) implements Smoothing {

        public Exponential {
            requirePositive("half-life", halfLife);
        }

        @Override
        public SmoothedScores none() {
            return SmoothedScores.WeightedSums.NONE;
        }

        @Override
        public SmoothedScores add(SmoothedScores before, Frame frame) {
            return (before instanceof SmoothedScores.WeightedSums sums ? sums : SmoothedScores.WeightedSums.NONE)
                    .plus(frame, halfLife);
        }
    }

    /**
     * All frames of the window weigh the same, older ones nothing.
     *
     * @param length the window holds the frames younger than this; every frame of it is part of the state
     */
    record SlidingWindow(Duration length) implements Smoothing {

        public SlidingWindow {
            requirePositive("window", length);
        }

        @Override
        public SmoothedScores none() {
            return SmoothedScores.RecentFrames.NONE;
        }

        @Override
        public SmoothedScores add(SmoothedScores before, Frame frame) {
            return (before instanceof SmoothedScores.RecentFrames frames ? frames : SmoothedScores.RecentFrames.NONE)
                    .plus(frame, length);
        }
    }

    /** The scores before the first frame. */
    SmoothedScores none();

    /**
     * The scores after one more frame.
     *
     * @param before of the frames until now; those of another way of smoothing, as a savepoint may hold them, count as
     *     none
     * @param frame no earlier than those
     */
    SmoothedScores add(SmoothedScores before, Frame frame);

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("The " + name + " of a smoothing must be longer than 0, not "
                    + duration);
        }
    }
}
