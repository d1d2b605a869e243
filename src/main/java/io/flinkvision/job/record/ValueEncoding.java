package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.Serializable;
import java.util.Objects;

/** The form in which a record's value holds a picture's bytes: {@code source.value} of the job file. */
public sealed interface ValueEncoding extends Serializable {

    /** As the option's table names the values. */
    String FORMS = "bytes, base64, json:/POINTER";

    /** The bytes as they are. */
    record Bytes() implements ValueEncoding {

        @Override
        public String toString() {
            return "bytes";
        }
    }

    /** Base64 text, or a {@code data:} URL of it. */
    record Base64() implements ValueEncoding {

        @Override
        public String toString() {
            return "base64";
        }
    }

    /**
     * JSON with such text in it.
     *
     * @param pointer where in it, by RFC 6901; empty for a text that is the whole JSON
     */
    record Json(String pointer) implements ValueEncoding {

        private static final String PREFIX = "json:";

        public Json {
            Objects.requireNonNull(pointer, "pointer");
            // Throws IllegalArgumentException if it does not begin with a slash.
            JsonPointer.compile(pointer);
        }

        @Override
        public String toString() {
            return PREFIX + pointer;
        }
    }

    /**
     * Reads what {@link #toString()} writes.
     *
     * @throws IllegalArgumentException if the text names no form
     */
    static ValueEncoding of(String text) {
        if (text.startsWith(Json.PREFIX)) {
            String pointer = text.substring(Json.PREFIX.length());
            if (!pointer.isEmpty() && !pointer.startsWith("/")) {
                throw new IllegalArgumentException("must have a JSON pointer after json:, such as json:/image/data,"
                        + " not '" + text + "'");
            }
            return new Json(pointer);
        }
        return switch (text) {
            case "bytes" -> new Bytes();
            case "base64" -> new Base64();
            default -> throw new IllegalArgumentException(
                    "must be bytes, base64, or json: with a JSON pointer such as json:/image/data, not '" + text + "'");
        };
    }

    /** Maximum size of a value: in Base64 a third more than the picture, plus line breaks and a prefix. */
    default long maxValueBytes(long maxPictureBytes) {
        return this instanceof Bytes ? maxPictureBytes : Base64Text.maxLength(maxPictureBytes);
    }
}
