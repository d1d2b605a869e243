package io.flinkvision.core.inference;

import io.flinkvision.core.image.ImageFingerprint;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * When a picture takes over the labels of the last one that was classified of its camera: if it looks the same, is of
 * nearly the same time, and the same model would classify it. It is held against the last picture that was classified,
 * never against one that took labels over: so a scene that changes slowly is seen to change.
 *
 * @param threshold by how many grey levels a cell of the fingerprint has to differ for the picture to have changed,
 *     from 1 to 255
 * @param atLeastEvery from how far apart on pictures are not held to be the same, whatever they look like
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
     * Whether a picture takes over the labels of an earlier one. A clock that was set back makes it as new as one that
     * goes on.
     *
     * @param last the last picture of its camera that was classified
     * @param fingerprint what the picture looks like
     * @param time when it was taken, as far as is known
     * @param modelDigest of the model that would classify it
     */
    public boolean takesOver(ClassifiedImage last, ImageFingerprint fingerprint, Instant time, String modelDigest) {
        return modelDigest.equals(last.modelDigest())
                && Duration.between(last.time(), time).abs().compareTo(atLeastEvery) < 0
                && fingerprint.largestDifference(last.fingerprint()) < threshold;
    }

    /**
     * What is remembered of a picture that a network has classified, so that later ones can take over its labels.
     *
     * @param fingerprint what it looks like
     * @param labels what the network said of it
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
