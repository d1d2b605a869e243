package io.flinkvision.core.image;

import java.util.Objects;

/** The result of decoding: a value, not an exception, because a bad picture is a normal event. */
public sealed interface DecodeOutcome {

    /**
     * The picture was decoded and made ready for the network.
     *
     * @param width pixels of the encoded picture as a viewer shows it, after its EXIF orientation
     * @param height likewise
     * @param format the detected format: {@code jpeg}, {@code png}, {@code webp}, {@code bmp}, {@code bgr24}, ...
     * @param input the picture oriented, resized and cropped by the model's rule, in red, green, blue
     */
    record Decoded(int width, int height, String format, RgbImage input) implements DecodeOutcome {
        public Decoded {
            Objects.requireNonNull(format, "format");
            Objects.requireNonNull(input, "input");
        }
    }

    /**
     * The picture was refused.
     *
     * @param code why
     * @param message the problem and its position, for people
     */
    record Rejected(ErrorCode code, String message) implements DecodeOutcome {
        public Rejected {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(message, "message");
        }
    }
}
