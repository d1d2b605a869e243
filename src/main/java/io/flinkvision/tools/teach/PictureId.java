package io.flinkvision.tools.teach;

import io.flinkvision.core.system.Sha256;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a frame that can be labelled: {@code 20261129T104613123Z-0123456789abcdef}, which sorts by time. The same
 * frame has the same one, wherever it comes from.
 *
 * @param at the capture time, in whole milliseconds, from 1970 to 9999
 * @param digest the first {@value #DIGEST_LENGTH} digits of the SHA-256 of its bytes, in lower-case hexadecimal
 */
public record PictureId(Instant at, String digest) {

    /** Hexadecimal digits of the digest. */
    public static final int DIGEST_LENGTH = 16;

    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private static final Pattern FORM = Pattern.compile("(\\d{8}T\\d{9}Z)-([0-9a-f]{" + DIGEST_LENGTH + "})");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    public PictureId {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(digest, "digest");
        if (at.isBefore(EARLIEST) || at.isAfter(LATEST) || !at.equals(at.truncatedTo(ChronoUnit.MILLIS))) {
            throw new IllegalArgumentException("No picture has the time " + at);
        }
        if (!digest.matches("[0-9a-f]{" + DIGEST_LENGTH + "}")) {
            throw new IllegalArgumentException("No picture has the digest '" + digest + "'");
        }
    }

    /**
     * The name of a frame.
     *
     * @param at the capture time; one outside the years 1970 to 9999 counts as the nearest in them
     * @param bytes the frame's own
     */
    public static PictureId of(Instant at, byte[] bytes) {
        Instant within = at.isBefore(EARLIEST) ? EARLIEST : at.isAfter(LATEST) ? LATEST : at;
        return new PictureId(within.truncatedTo(ChronoUnit.MILLIS), Sha256.of(bytes).substring(0, DIGEST_LENGTH));
    }

    /** Reads what {@link #toString} writes; empty if it is something else. */
    public static Optional<PictureId> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PictureId(TIME.parse(parts.group(1), Instant::from), parts.group(2)));
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return TIME.format(at) + "-" + digest;
    }
}
