package io.flinkvision.core.teach;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Objects;

/**
 * A file that nothing was taught from.
 *
 * @param source its path below the folder
 * @param reason why, for people
 */
public record LeftOut(String source, String reason) {

    public LeftOut {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(reason, "reason");
    }

    /** A file or folder that cannot be read. */
    static LeftOut unreadable(String source, IOException failure) {
        return new LeftOut(source, "it cannot be read: " + reason(failure));
    }

    /** The message of some failures is no more than the path. */
    static String reason(IOException failure) {
        return failure instanceof AccessDeniedException ? "access is denied" : failure.toString();
    }
}
