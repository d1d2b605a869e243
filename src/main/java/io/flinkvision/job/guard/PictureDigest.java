package io.flinkvision.job.guard;

import io.flinkvision.core.system.Sha256;
import java.util.Optional;

/**
 * A picture by its bytes, where nobody knows which record it comes from, as in SQL: the same picture is the same
 * record, however often it comes.
 *
 * @param sha256 of its bytes, 64 lower-case hexadecimal digits
 */
public record PictureDigest(String sha256) implements GuardedRecord {

    /** No topic of Kafka begins like this, since their names have no colon. */
    private static final String PREFIX = "sha256:";
    private static final String DIGITS = "[0-9a-f]{64}";

    public PictureDigest {
        if (!sha256.matches(DIGITS)) {
            throw new IllegalArgumentException("A picture's digest must be a SHA-256 of 64 lower-case hexadecimal"
                    + " digits, not '" + sha256 + "'");
        }
    }

    /** The digest of a picture. */
    public static PictureDigest of(byte[] picture) {
        return new PictureDigest(Sha256.of(picture));
    }

    /** Reads what {@link #toString} writes; empty if the text is something else. */
    static Optional<PictureDigest> parse(String text) {
        return text.matches(PREFIX + DIGITS)
                ? Optional.of(new PictureDigest(text.substring(PREFIX.length())))
                : Optional.empty();
    }

    /** {@code sha256:} and the digits. */
    @Override
    public String toString() {
        return PREFIX + sha256;
    }
}
