package io.flinkvision.core.camera;

import io.flinkvision.core.image.ImageFingerprint;
import java.time.Duration;
import java.util.Optional;

/**
 * Which frames of a camera are sent, if not all: those that do not look like the last one sent. Frames that are left
 * out are never compared with, so that slow changes of a scene are noticed.
 *
 * @param threshold difference of a fingerprint's cell from which on a frame counts as changed, in grey levels from 1
 *     to 255
 * @param atLeastEvery time after a frame was sent from which on the next one is sent, whatever it looks like
 */
public record ChangeRule(int threshold, Duration atLeastEvery) {

    /** Less than the time after which a silent camera counts as offline. */
    public static final Duration DEFAULT_AT_LEAST_EVERY = Duration.ofSeconds(10);

    /** Of the times in a video, which are whole milliseconds in Matroska. */
    private static final double ROUNDING_SECONDS = 0.002;

    /** @throws IllegalArgumentException if the threshold is none, or the time is not positive */
    public ChangeRule {
        if (threshold < 1 || threshold > 255) {
            throw new IllegalArgumentException(
                    "only-changes.threshold must be from 1 to 255 grey levels, not " + threshold);
        }
        if (atLeastEvery.isNegative() || atLeastEvery.isZero()) {
            throw new IllegalArgumentException("only-changes.at-least-every must be positive, not " + atLeastEvery);
        }
    }

    /**
     * Whether a frame is left out. The time between them counts in either direction, since a video that loops starts
     * anew.
     *
     * @param last what the last frame that was sent looks like
     * @param lastSecond its time in seconds
     * @param next what the frame looks like
     * @param second its time in seconds
     */
    boolean leavesOut(ImageFingerprint last, double lastSecond, ImageFingerprint next, double second) {
        return Math.abs(second - lastSecond) + ROUNDING_SECONDS < atLeastEvery.toNanos() / 1e9
                && next.largestDifference(last) < threshold;
    }

    /**
     * The warning for a job whose events take a camera without frames for offline: between two frames of a still scene
     * it would be. Empty if the frames come often enough.
     *
     * @param camera its id
     * @param offlineAfter time without a frame after which a camera is offline
     */
    public Optional<String> offlineWarning(String camera, Duration offlineAfter) {
        return atLeastEvery.compareTo(offlineAfter) < 0
                ? Optional.empty()
                : Optional.of("The camera " + camera + " sends a frame of a still scene every " + text(atLeastEvery)
                        + " (only-changes.at-least-every), but events.offline-after is " + text(offlineAfter)
                        + ": its events say offline and online between two frames; lower the one or raise the other");
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
