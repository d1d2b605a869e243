package io.flinkvision.tools.teach;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads which frames of a camera were answered in the past. Thread-safe. */
public interface FramePast {

    /**
     * Frames of a span of time.
     *
     * @param frames in the order of time, thinned evenly where there are many
     * @param earliest the time from which on frames can still be read; empty if none can
     */
    record Span(List<SeenFrame> frames, Optional<Instant> earliest) {

        public Span {
            frames = List.copyOf(frames);
            Objects.requireNonNull(earliest, "earliest");
        }
    }

    /**
     * Reads what is known of a span of time, within bounds of records and seconds.
     *
     * @param camera the key of its records, as text
     * @throws io.flinkvision.tools.ToolException if it cannot be read
     */
    Span read(String camera, Instant from, Instant until);
}
