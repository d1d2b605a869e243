package io.flinkvision.tools.teach;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.RegionBox;
import java.util.Optional;

/** Decodes pictures to see what a region looks like in them. Called by several threads. */
@FunctionalInterface
public interface Looks {

    /**
     * The fingerprint of a box of a picture, stretched as the network sees it.
     *
     * @param picture a whole file
     * @return empty if the picture cannot be decoded
     */
    Optional<ImageFingerprint> of(byte[] picture, RegionBox box);
}
