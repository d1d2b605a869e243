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

    /** The content type of raw pixels, described by {@link #WIDTH}, {@link #HEIGHT} and {@link #FORMAT}. */
    public static final String RAW_PIXELS = "image/x-raw";

    /** The content type of a reference to a picture, by RFC 2483. */
    public static final String REFERENCE = "text/uri-list";

    private RecordHeaders() {}
}
