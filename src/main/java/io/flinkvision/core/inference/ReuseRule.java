package io.flinkvision.core.inference;

import io.flinkvision.core.image.ImageFingerprint;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The condition under which a picture reuses the labels of the last classified picture of its camera: it looks the
 * same, was taken at nearly the same time, and the same model would classify it. It is compared with the last
 * classified picture, never with one that reused labels, so that slow changes of a scene are noticed.
 *
 * @param threshold difference of a fingerprint's cell from which on a picture counts as changed, in grey levels from 1
 *     to 255
 * @param atLeastEvery time between pictures from which on labels are not reused, whatever the pictures look like
 */
public record ReuseRule(int threshold, Duration atLeastEvery) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** @throws IllegalArgumentException if the threshold is none, or the time is not positive */
    public ReuseRule {
        if (threshold < 1 || threshold > 255) {
            throw new IllegalArgumentException("The threshold must be from 1 to 255 grey levels, not " + threshold);
        }
        if (atLeastEvery.isNegative() || atLeastEvery.isZero()) {
            throw new IllegalArgumentException("Pictures cannot be classified at least every " + atLeastEvery);
        }
    }

    /**
     * Whether a picture reuses the labels of an earlier one. The time between them counts in either direction, since
     * clocks are set back.
     *
     * @param last the last picture of its camera that was classified
     * @param fingerprint what the picture looks like
     * @param time when it was taken, as far as is known
     * @param modelDigest of the model that would classify it
     */
    public boolean takesOver(ClassifiedImage last, ImageFingerprint fingerprint, Instant time, String modelDigest) {
        return allows(last, time, modelDigest)
                && fingerprint.largestDifference(last.fingerprint()) < threshold;
    }

    /**
     * Whether a picture that looks like an earlier one may reuse its labels.
     *
     * @param last the earlier one, which was classified
     * @param time when the picture was taken, as far as is known
     * @param modelDigest of the model that would classify it
     */
    public boolean allows(ClassifiedImage last, Instant time, String modelDigest) {
        return modelDigest.equals(last.modelDigest()) && isRecent(last.time(), time);
    }

    /** Whether two pictures were taken at nearly the same time; the time between them counts in either direction. */
    public boolean isRecent(Instant last, Instant time) {
        return Duration.between(last, time).abs().compareTo(atLeastEvery) < 0;
    }

    /**
     * A classified picture's summary, from which later pictures can reuse its labels.
     *
     * @param fingerprint what it looks like
     * @param labels the network's labels
     * @param time when it was taken, as far as is known
     * @param modelDigest SHA-256 of the network's weights, in hexadecimal
     */
    public record ClassifiedImage(ImageFingerprint fingerprint, List<Label> labels, Instant time, String modelDigest) {

        public ClassifiedImage {
            Objects.requireNonNull(fingerprint, "fingerprint");
            Objects.requireNonNull(time, "time");
            Objects.requireNonNull(modelDigest, "modelDigest");
            labels = List.copyOf(labels);
        }
    }
}
