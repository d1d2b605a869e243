package io.flinkvision.watch;

import java.time.Instant;
import java.util.Objects;

/** Where in a topic a reader starts. */
public sealed interface StartPosition {

    /** At the oldest record that is still there. */
    record Beginning() implements StartPosition {}

    /** After the newest record: only what comes from now on. */
    record End() implements StartPosition {}

    /**
     * At the first record that was written at a time or later.
     *
     * @param time the time
     */
    record Since(Instant time) implements StartPosition {

        public Since {
            Objects.requireNonNull(time, "time");
        }
    }
}
