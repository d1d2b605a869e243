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
 */
public record ReadingContext(long maxFrameBytes, Optional<Path> records, InputStream standardInput) {

    public ReadingContext {
        Objects.requireNonNull(records, "records");
        Objects.requireNonNull(standardInput, "standardInput");
        if (maxFrameBytes < 1) {
            throw new IllegalArgumentException("maxFrameBytes must be at least 1, not " + maxFrameBytes);
        }
    }
}
