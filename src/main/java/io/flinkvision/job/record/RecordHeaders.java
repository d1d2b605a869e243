package io.flinkvision.job.record;

/** The names of the headers that the job reads, in upper or lower case, and of those that it writes. */
public final class RecordHeaders {

    /** What the value is: {@link #RAW_PIXELS}, {@link #REFERENCE}, or anything else for an encoded picture. */
    public static final String CONTENT_TYPE = "content-type";

    /**
     * The time at which the picture was taken: milliseconds since 1970-01-01T00:00Z as decimal digits, or ISO 8601 with
     * an offset from UTC; {@link CaptureTime} says what is ignored.
     */
    public static final String CAPTURE_TIME = "capture-time";

    /** Columns of raw pixels. */
    public static final String WIDTH = "width";

    /** Rows of raw pixels. */
    public static final String HEIGHT = "height";

    /** The layout of raw pixels: {@code bgr24}, {@code rgb24} or {@code gray8}. */
    public static final String FORMAT = "format";

    /** The {@link io.flinkvision.core.image.ErrorCode} of a dead letter. */
    public static final String ERROR_CODE = "error-code";

    /** What was wrong with a dead letter, for a person. */
    public static final String ERROR_MESSAGE = "error-message";

    /** The topic that a dead letter was read from. */
    public static final String SOURCE_TOPIC = "source-topic";

    /** The partition that a dead letter was read from. */
    public static final String SOURCE_PARTITION = "source-partition";

    /** The offset that a dead letter was read from. */
    public static final String SOURCE_OFFSET = "source-offset";

    /** When the job gave up on a dead letter, in milliseconds since 1970-01-01T00:00Z. */
    public static final String FAILED_AT = "failed-at";

    /** What a dead letter lacks of its record, because the topic takes no record as large. */
    public static final String OMITTED = "omitted";

    /** The content type of raw pixels, described by {@link #WIDTH}, {@link #HEIGHT} and {@link #FORMAT}. */
    public static final String RAW_PIXELS = "image/x-raw";

    /** The content type of a reference to a picture, by RFC 2483. */
    public static final String REFERENCE = "text/uri-list";

    private RecordHeaders() {}
}
