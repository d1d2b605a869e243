package io.flinkvision.job.event;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * The rules by which scores become events.
 *
 * @param halfLife the age at which a frame has half the weight of a new one
 * @param enter the smoothed score at which a camera starts to show a label, above 0 and at most 1
 * @param leave the smoothed score below which it stops to show it, at most {@code enter}
 * @param minimumDuration how long a label must stay before it is reported, and be away before its end is
 * @param offlineAfter a camera without a frame for this long is offline
 * @param health the rules of the camera's troubles
 */
public record DetectionRules(
        Duration halfLife, double enter, double leave, Duration minimumDuration, Duration offlineAfter,
        HealthRules health) implements Serializable {

    /** With the usual rules of troubles. */
    public DetectionRules(
            Duration halfLife, double enter, double leave, Duration minimumDuration, Duration offlineAfter) {
        this(halfLife, enter, leave, minimumDuration, offlineAfter, HealthRules.DEFAULTS);
    }

    public DetectionRules {
        if (halfLife.toMillis() < 1) {
            throw new IllegalArgumentException("The half-life must be at least 1 ms, not " + halfLife);
        }
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
        Objects.requireNonNull(health, "health");
        if (offlineAfter.toMillis() < 1) {
            throw new IllegalArgumentException("A camera cannot be offline after " + offlineAfter);
        }
    }
}
