package io.flinkvision.tools.teach;

import io.flinkvision.core.image.ImageFingerprint;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A frame that somebody labels.
 *
 * @param at its capture time
 * @param bytes its own bytes, of any {@link io.flinkvision.core.image.ImageFormat}; not copied, so neither side may
 *     change them
 * @param fingerprint what the region looks like in it, if that is known; it is computed otherwise
 */
public record NewPicture(Instant at, byte[] bytes, Optional<ImageFingerprint> fingerprint) {

    public NewPicture {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(fingerprint, "fingerprint");
    }

    public PictureId id() {
        return PictureId.of(at, bytes);
    }
}
