package io.flinkvision.core.teach;

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
}
