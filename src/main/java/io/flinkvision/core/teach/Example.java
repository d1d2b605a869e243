package io.flinkvision.core.teach;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.View;
import io.flinkvision.core.system.Sha256;
import java.util.Objects;
import java.util.Optional;

/**
 * A picture to teach from, or a region of one, as numbers.
 *
 * @param source its path below the folder, and its region's name, for people
 * @param label the right answer
 * @param group pictures of one group (a camera, a day) resemble each other more than others do; empty if it is of none
 * @param digest SHA-256 of what was shown to the network, in hexadecimal: the same picture has the same one
 * @param fingerprint what it looks like
 * @param unit {@code [features]}, of length one; not copied, so neither side may change it
 */
public record Example(String source, String label, Optional<String> group, String digest, ImageFingerprint fingerprint,
        float[] unit) {

    public Example {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(unit, "unit");
    }

    /**
     * The digest of what is shown to the network of a file.
     *
     * @param fileDigest SHA-256 of the file, in lower-case hexadecimal
     */
    public static String digest(String fileDigest, View view) {
        return view instanceof View.Region region ? Sha256.of(fileDigest + region.box()) : fileDigest;
    }
}
