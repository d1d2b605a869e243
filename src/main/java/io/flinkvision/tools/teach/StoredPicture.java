package io.flinkvision.tools.teach;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/**
 * A labelled frame in the folder of its region.
 *
 * @param id its {@link PictureId} as text; of a file that was put there by hand, its path below the region's folder
 * @param at its capture time; of a file that was put there by hand, that of its last change
 * @param label what somebody called it
 * @param file it
 */
public record StoredPicture(String id, Instant at, String label, Path file) {

    public StoredPicture {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(file, "file");
    }
}
