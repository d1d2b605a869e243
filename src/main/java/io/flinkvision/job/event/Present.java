package io.flinkvision.job.event;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The state of a camera now, or of a region of it, as far as others need to know it.
 *
 * @param at event time of the change that led to it
 * @param online whether frames come
 * @param since when the camera began to show the label, ceased to show one, went online, or went offline
 * @param shown what it shows; empty for nothing that has a label
 * @param unknown whether the head has been taught nothing like what it sees, for the minimum duration or longer
 * @param head what answered last; empty for the job's own model
 * @param troubles what is wrong with the pictures, sorted by name; one that only a newer job knows has a name too
 */
public record Present(Instant at, boolean online, Instant since, Optional<Shown> shown, boolean unknown,
        Optional<AnsweringHead> head, List<Trouble> troubles) {

    private static final double SCORE_DIGITS = 1e6;

    public Present {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(shown, "shown");
        Objects.requireNonNull(head, "head");
        troubles = List.copyOf(troubles);
        if (!online && (shown.isPresent() || unknown)) {
            throw new IllegalArgumentException("A camera that is offline shows nothing, not "
                    + shown.map(Shown::label).orElse("something unknown"));
        }
    }

    /**
     * A label that is shown.
     *
     * @param score smoothed, at the time of the change; kept in six decimals
     * @param best the best frame until then
     */
    public record Shown(String label, double score, BestFrame best) {

        public Shown {
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(best, "best");
            score = Math.round(score * SCORE_DIGITS) / SCORE_DIGITS;
            if (!(score >= 0 && score <= 1)) {
                throw new IllegalArgumentException("The score of " + label + " is not from 0 to 1: " + score);
            }
        }
    }

    /**
     * Something that is wrong with the pictures.
     *
     * @param trouble its name
     * @param since when it began
     */
    public record Trouble(String trouble, Instant since) {

        public Trouble {
            Objects.requireNonNull(trouble, "trouble");
            Objects.requireNonNull(since, "since");
        }
    }

    /** Whether it is worth telling those who know another one; scores and best frames alone are not. */
    boolean isNewsAfter(Present other) {
        return online != other.online
                || unknown != other.unknown
                || !since.equals(other.since)
                || !shown.map(Shown::label).equals(other.shown.map(Shown::label))
                || !head.map(AnsweringHead::digest).equals(other.head.map(AnsweringHead::digest))
                || !troubles.equals(other.troubles);
    }
}
