package io.flinkvision.core.camera;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What the readers of all cameras have in common.
 *
 * @param maxFrameBytes of an encoded picture; larger ones are refused
 * @param records the folder with the records of the files that were sent; empty to keep none
 * @param standardInput for the source {@code -}
 * @param form of what is decoded here; pictures that come encoded stay as they are
 */
public record ReadingContext(long maxFrameBytes, Optional<Path> records, InputStream standardInput, FrameForm form) {

    /** What the pictures of videos, which have to be decoded, are handed on as. */
    public enum FrameForm {
        /** JPEG, for a topic. */
        JPEG,
        /** Raw pixels, {@code bgr24}, for a network in the same process. */
        PIXELS
    }

    public ReadingContext {
        Objects.requireNonNull(records, "records");
        Objects.requireNonNull(form, "form");
        Objects.requireNonNull(standardInput, "standardInput");
        if (maxFrameBytes < 1) {
            throw new IllegalArgumentException("maxFrameBytes must be at least 1, not " + maxFrameBytes);
        }
    }
}
