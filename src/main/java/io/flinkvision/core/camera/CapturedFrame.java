package io.flinkvision.core.camera;

import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.RawPicture;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A picture of a camera.
 *
 * @param picture its bytes; not copied, so nobody may change them
 * @param captureTime when it was read
 * @param number its place among the source's pictures, from 0; skipped ones count
 * @param file the name of the picture's file, if it has one
 */
public record CapturedFrame(Picture picture, Instant captureTime, long number, Optional<String> file) {

    static final String JPEG = "image/jpeg";

    /** What a camera's picture is made of. */
    public sealed interface Picture {

        byte[] bytes();

        /** The media type. */
        String contentType();
    }

    /**
     * A picture as a file has it.
     *
     * @param contentType detected from the bytes, such as {@code image/jpeg}
     */
    public record Encoded(byte[] bytes, String contentType) implements Picture {

        public Encoded {
            Objects.requireNonNull(bytes, "bytes");
            Objects.requireNonNull(contentType, "contentType");
        }
    }

    /** Pixels that were never encoded here: those of a video, decoded. */
    public record Pixels(RawPicture raw) implements Picture {

        /** The media type of the images topic for raw pixels. */
        public static final String CONTENT_TYPE = "image/x-raw";

        public Pixels {
            Objects.requireNonNull(raw, "raw");
        }

        @Override
        public byte[] bytes() {
            return raw.pixels();
        }

        @Override
        public String contentType() {
            return CONTENT_TYPE;
        }
    }

    public CapturedFrame {
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(captureTime, "captureTime");
        Objects.requireNonNull(file, "file");
        if (number < 0) {
            throw new IllegalArgumentException("A frame's number must be at least 0, not " + number);
        }
    }

    /** A picture without a file. */
    public static CapturedFrame of(byte[] bytes, Instant captureTime, long number) {
        return new CapturedFrame(new Encoded(bytes, contentType(bytes)), captureTime, number, Optional.empty());
    }

    /** The media type, detected from the bytes. */
    public static String contentType(byte[] bytes) {
        return ImageFormat.sniff(bytes)
                .map(format -> format == ImageFormat.PNM ? "image/x-portable-anymap" : "image/" + format.id())
                .orElse("application/octet-stream");
    }

    /** A JPEG without a file. */
    public static CapturedFrame jpeg(byte[] bytes, Instant captureTime, long number) {
        return new CapturedFrame(new Encoded(bytes, JPEG), captureTime, number, Optional.empty());
    }

    public byte[] bytes() {
        return picture.bytes();
    }

    public String contentType() {
        return picture.contentType();
    }

    CapturedFrame withNumber(long other) {
        return new CapturedFrame(picture, captureTime, other, file);
    }
}
