package io.flinkvision.job.event;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * What counts as an event.
 *
 * @param smoothing of the scores
 * @param enter the smoothed score from which on a camera shows a label, from 0 to 1
 * @param leave the smoothed score below which it does so no more, at most {@code enter}
 * @param minimumDuration how long a label must stay before it is reported, and be away before its end is
 * @param offlineAfter the time without a frame after which a camera is offline
 */
public record DetectionRules(
        Smoothing smoothing, double enter, double leave, Duration minimumDuration, Duration offlineAfter)
        implements Serializable {

    public DetectionRules {
        Objects.requireNonNull(smoothing, "smoothing");
        if (!(enter > 0 && enter <= 1)) {
            throw new IllegalArgumentException("The enter threshold must be above 0 and at most 1, not " + enter);
        }
        if (!(leave >= 0 && leave <= enter)) {
            throw new IllegalArgumentException(
                    "The leave threshold must be from 0 to the enter threshold " + enter + ", not " + leave);
        }
        if (minimumDuration.isNegative()) {
            throw new IllegalArgumentException("The minimum duration is negative: " + minimumDuration);
        }
        if (offlineAfter.isNegative() || offlineAfter.isZero()) {
            throw new IllegalArgumentException("A camera cannot be offline after " + offlineAfter);
        }
    }
}
