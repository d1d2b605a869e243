package io.flinkvision.core.camera;

import io.flinkvision.core.image.ImageFormat;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An encoded picture of a camera.
 *
 * @param bytes the encoded picture; not copied, so nobody may change them
 * @param contentType the media type detected from the bytes, such as {@code image/jpeg}
 * @param captureTime when it was read
 * @param number its place among the source's pictures, from 0; skipped ones count
 * @param file the name of the picture's file, if it has one
 */
public record CapturedFrame(byte[] bytes, String contentType, Instant captureTime, long number, Optional<String> file) {

    public static final String JPEG = "image/jpeg";

    public CapturedFrame {
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(captureTime, "captureTime");
        Objects.requireNonNull(file, "file");
        if (number < 0) {
            throw new IllegalArgumentException("A frame's number must be at least 0, not " + number);
        }
    }

    /** A picture without a file. */
    public static CapturedFrame of(byte[] bytes, Instant captureTime, long number) {
        return new CapturedFrame(bytes, contentType(bytes), captureTime, number, Optional.empty());
    }

    /** The media type, detected from the bytes. */
    public static String contentType(byte[] bytes) {
        return ImageFormat.sniff(bytes)
                .map(format -> format == ImageFormat.PNM ? "image/x-portable-anymap" : "image/" + format.id())
                .orElse("application/octet-stream");
    }

    /** A JPEG without a file. */
    public static CapturedFrame jpeg(byte[] bytes, Instant captureTime, long number) {
        return new CapturedFrame(bytes, JPEG, captureTime, number, Optional.empty());
    }

    public CapturedFrame withNumber(long other) {
        return new CapturedFrame(bytes, contentType, captureTime, other, file);
    }
}
