package io.flinkvision.tools.teach;

import io.flinkvision.core.image.ImageFingerprint;
import java.util.Objects;

/**
 * A box of a frame, as the network sees it.
 *
 * @param fileDigest SHA-256 of the frame's file, in lower-case hexadecimal
 * @param fingerprint of the box
 * @param unit {@code [features]}, of length one; not copied, so neither side may change it
 */
public record BoxFeatures(String fileDigest, ImageFingerprint fingerprint, float[] unit) {

    public BoxFeatures {
        Objects.requireNonNull(fileDigest, "fileDigest");
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(unit, "unit");
    }

    /** 1 less the cosine between features of length one: from 0 to 2. */
    static double distance(float[] unit, float[] other) {
        double cosine = 0;
        for (int i = 0; i < unit.length; i++) {
            cosine += (double) unit[i] * other[i];
        }
        // Rounding makes cosines a little larger than 1.
        return Math.max(0, Math.min(2, 1 - cosine));
    }
}
