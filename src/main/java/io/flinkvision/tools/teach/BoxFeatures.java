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
}
