package io.flinkvision.core.image;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The result of decoding: a value, not an exception, because a bad picture is a normal event. */
public sealed interface DecodeOutcome {

    /**
     * The picture was decoded and made ready for the network.
     *
     * @param width pixels of the encoded picture as a viewer shows it, after its EXIF orientation
     * @param height likewise
     * @param format the detected format: {@code jpeg}, {@code png}, {@code webp}, {@code bmp}, {@code bgr24}, ...
     * @param views what was asked for, in its order: oriented, resized and cropped for the network, in red, green, blue
     * @param statistics what was measured of the whole picture; empty if nothing was to be, or no pixel was decoded
     */
    record Decoded(int width, int height, String format, List<RgbImage> views, Optional<ViewStatistics> statistics)
            implements DecodeOutcome {

        public Decoded {
            Objects.requireNonNull(format, "format");
            Objects.requireNonNull(statistics, "statistics");
            views = List.copyOf(views);
        }

        /** One without measurements. */
        public Decoded(int width, int height, String format, List<RgbImage> views) {
            this(width, height, format, views, Optional.empty());
        }

        /**
         * The first view, which is the whole picture where nothing else was asked for.
         *
         * @throws IndexOutOfBoundsException if no view was asked for
         */
        public RgbImage input() {
            return views.get(0);
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
