package io.flinkvision.job.event;

import java.util.Objects;

/**
 * The frame with the highest score of a label, the first one of several.
 *
 * @param id {@code topic-partition-offset} of the picture
 * @param score of the label in that frame alone, from 0 to 1
 */
public record BestFrame(String id, double score) {

    public BestFrame {
        Objects.requireNonNull(id, "id");
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("The score of frame " + id + " is not from 0 to 1: " + score);
        }
    }

    static BestFrame of(String label, Frame frame) {
        return new BestFrame(frame.id(), frame.score(label));
    }

    /** The one with the higher score. */
    BestFrame or(BestFrame later) {
        return later.score > score ? later : this;
    }
}
