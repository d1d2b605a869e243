package io.flinkvision.job.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A period in which a camera showed one label.
 *
 * @param label the label
 * @param from time of its first frame
 * @param until its end; of one that goes on, the time of its last frame so far
 * @param frames how many frames showed it
 * @param best the frame that shows it best
 */
public record Episode(String label, Instant from, Instant until, long frames, BestFrame best) {

    public Episode {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(best, "best");
        if (until.isBefore(from)) {
            throw new IllegalArgumentException("The episode of " + label + " from " + from + " ends before: " + until);
        }
        if (frames < 1) {
            throw new IllegalArgumentException("The episode of " + label + " has " + frames + " frames");
        }
    }

    static Episode beginning(String label, Frame frame) {
        return new Episode(label, frame.time(), frame.time(), 1, BestFrame.of(label, frame));
    }

    Episode with(Frame frame) {
        return new Episode(label, from, frame.time(), frames + 1, best.or(BestFrame.of(label, frame)));
    }

    Episode endingAt(Instant end) {
        return new Episode(label, from, end, frames, best);
    }

    public Duration duration() {
        return Duration.between(from, until);
    }
}
