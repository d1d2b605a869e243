package io.flinkvision.job.event;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A trouble that a camera has, or seems to have.
 *
 * @param from time of the first frame that shows it
 * @param frame the id of that
 * @param reported whether it has lasted long enough to be reported
 * @param goneSince time of the first frame that no longer shows it, of one that was reported; empty while it goes on
 */
public record SeenTrouble(Instant from, String frame, boolean reported, Optional<Instant> goneSince) {

    public SeenTrouble {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(frame, "frame");
        Objects.requireNonNull(goneSince, "goneSince");
        if (goneSince.isPresent() && !reported) {
            throw new IllegalArgumentException("A trouble that was not reported cannot be gone since " + goneSince);
        }
    }

    SeenTrouble asReported() {
        return new SeenTrouble(from, frame, true, goneSince);
    }

    SeenTrouble withGoneSince(Optional<Instant> time) {
        return new SeenTrouble(from, frame, reported, time);
    }
}
