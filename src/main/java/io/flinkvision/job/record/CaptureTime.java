package io.flinkvision.job.record;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text of a {@link RecordHeader#CAPTURE_TIME} header, read: milliseconds since 1970-01-01T00:00Z, or ISO 8601 with
 * an offset from UTC. The unit of other numbers is not guessed, since a wrong guess is a wrong time.
 *
 * @param time in whole milliseconds, within the bounds of {@link PlausibleTime}; empty if the header is ignored
 * @param problem why it is ignored, for a person: the offending text, what is wrong, what to do
 */
public record CaptureTime(Optional<Instant> time, Optional<String> problem) {

    private static final int MAX_SHOWN = 40;

    private static final Pattern MILLISECONDS = Pattern.compile("[0-9]{1,15}");

    /** The exponent is short: a number of a billion digits would take minutes to compare. */
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,25}([.][0-9]{0,25})?([eE][-+]?[0-9]{1,2})?");

    /** Python writes {@code +00:00}, Java {@code Z}, others {@code +0000}. */
    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][XX][X]")
            .toFormatter(Locale.ROOT);

    public CaptureTime {
        Objects.requireNonNull(problem, "problem");
        if (time.isPresent() == problem.isPresent()) {
            throw new IllegalArgumentException("Either a time or a problem, not " + time + " and " + problem);
        }
    }

    /** Reads a header's text. */
    static CaptureTime read(String text) {
        if (MILLISECONDS.matcher(text).matches()) {
            Instant time = Instant.ofEpochMilli(Long.parseLong(text));
            return PlausibleTime.isPlausible(time) ? taken(time) : ofNumber(text);
        }
        return NUMBER.matcher(text).matches() ? ofNumber(text) : ofIso(text);
    }

    private static CaptureTime taken(Instant time) {
        return new CaptureTime(Optional.of(time), Optional.empty());
    }

    private static CaptureTime ignored(String text, String problem) {
        return new CaptureTime(
                Optional.empty(), Optional.of("'" + PrintableText.escaped(text, MAX_SHOWN) + "' " + problem));
    }

    private static CaptureTime ofNumber(String text) {
        BigDecimal number = new BigDecimal(text);
        String guess = isPlausible(number) ? "looks like seconds"
                : isPlausible(number.movePointLeft(3)) ? "is no whole number of digits alone"
                : isPlausible(number.movePointLeft(6)) ? "looks like microseconds"
                : isPlausible(number.movePointLeft(9)) ? "looks like nanoseconds"
                : "is not of the years 2000 to 2099";
        return ignored(text, guess + "; send milliseconds since 1970-01-01T00:00Z, as digits");
    }

    private static boolean isPlausible(BigDecimal seconds) {
        return seconds.compareTo(BigDecimal.valueOf(PlausibleTime.MIN.getEpochSecond())) >= 0
                && seconds.compareTo(BigDecimal.valueOf(PlausibleTime.MAX.getEpochSecond())) < 0;
    }

    private static CaptureTime ofIso(String text) {
        try {
            // RFC 3339 allows a space for the T; Python's str() of a time has one.
            Instant time = ISO.parse(text.replaceFirst("^([0-9-]{10}) ", "$1T"), OffsetDateTime::from)
                    .toInstant()
                    .truncatedTo(ChronoUnit.MILLIS);
            return PlausibleTime.isPlausible(time)
                    ? taken(time)
                    : ignored(text, "is not of the years 2000 to 2099; is the camera's clock set?");
        } catch (DateTimeException e) {
            return ignored(text, isWithoutOffset(text)
                    ? "has no offset from UTC; add it, as in 2026-01-01T12:00:00Z"
                    : "is no time; send milliseconds since 1970-01-01T00:00Z, as digits, or ISO 8601 such as"
                            + " 2026-01-01T12:00:00Z");
        }
    }

    private static boolean isWithoutOffset(String text) {
        try {
            ISO.parse(text.replaceFirst("^([0-9-]{10}) ", "$1T"), LocalDateTime::from);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
