package io.flinkvision.core.inference;

import io.flinkvision.core.image.PictureFingerprint;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What is remembered of a picture that a network has classified, so that later ones can take over its labels.
 *
 * @param fingerprint what it looks like
 * @param labels what the network said of it
 * @param time when it was taken, as far as is known
 * @param modelDigest SHA-256 of the network's weights, in hexadecimal
 */
public record ClassifiedPicture(PictureFingerprint fingerprint, List<Label> labels, Instant time, String modelDigest) {

    public ClassifiedPicture {
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(modelDigest, "modelDigest");
        labels = List.copyOf(labels);
    }
}
