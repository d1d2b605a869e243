package io.flinkvision.job.record;

import io.flinkvision.core.camera.CapturedFrame;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * One header of a Kafka record. Names may repeat, in upper or lower case; the last one counts. The constants are the
 * headers of the images topic; {@link DeadLetterHeaders} has those that the job writes.
 *
 * @param name the header's name
 * @param value its bytes; not copied, so nobody may change them; empty where the producer sent none
 */
public record RecordHeader(String name, Optional<byte[]> value) {

    /** The type of the value: {@link #RAW_PIXELS}, {@link #REFERENCE}, or anything else for an encoded picture. */
    public static final String CONTENT_TYPE = "content-type";

    /** The content type of raw pixels, described by {@link #WIDTH}, {@link #HEIGHT} and {@link #FORMAT}. */
    public static final String RAW_PIXELS = CapturedFrame.Pixels.CONTENT_TYPE;

    /** The content type of a reference to a picture, by RFC 2483. */
    public static final String REFERENCE = "text/uri-list";

    /**
     * When the picture was taken: milliseconds since 1970-01-01T00:00Z as decimal digits, or ISO 8601 with an offset
     * from UTC; {@link CaptureTime} lists what is ignored.
     */
    public static final String CAPTURE_TIME = "capture-time";

    /** Columns of raw pixels. */
    public static final String WIDTH = "width";

    /** Rows of raw pixels. */
    public static final String HEIGHT = "height";

    /** The layout of raw pixels: {@code bgr24}, {@code rgb24} or {@code gray8}. */
    public static final String FORMAT = "format";

    public RecordHeader {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }

    /** A header whose value is text, in UTF-8. */
    public static RecordHeader text(String name, String value) {
        return new RecordHeader(name, Optional.of(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** The value read as UTF-8 text, or empty where there is none. */
    public Optional<String> text() {
        return value.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
