package io.flinkvision.tools.feed;

import io.flinkvision.core.image.ImageFormat;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One picture of a camera, encoded.
 *
 * @param bytes the picture's file; not copied, so nobody may change them
 * @param contentType the media type that its bytes show, such as {@code image/jpeg}
 * @param captureTime when the camera delivered it, or when it was read where nothing tells that
 * @param number its place among the source's pictures, from 0; those that were left out count too
 * @param file the name of the file that it was, for pictures in files
 */
public record Frame(byte[] bytes, String contentType, Instant captureTime, long number, Optional<String> file) {

    /** The media type of frames that were encoded here, or came as JPEG. */
    static final String JPEG = "image/jpeg";

    public Frame {
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(captureTime, "captureTime");
        Objects.requireNonNull(file, "file");
        if (number < 0) {
            throw new IllegalArgumentException("A frame's number must be at least 0, not " + number);
        }
    }

    /** A picture that is no file of its own. */
    static Frame of(byte[] bytes, Instant captureTime, long number) {
        return new Frame(bytes, contentType(bytes), captureTime, number, Optional.empty());
    }

    /** The media type that a picture's bytes show. */
    static String contentType(byte[] bytes) {
        return ImageFormat.sniff(bytes)
                .map(format -> format == ImageFormat.PNM ? "image/x-portable-anymap" : "image/" + format.id())
                .orElse("application/octet-stream");
    }

    /** A JPEG that is no file of its own. */
    static Frame jpeg(byte[] bytes, Instant captureTime, long number) {
        return new Frame(bytes, JPEG, captureTime, number, Optional.empty());
    }
}
