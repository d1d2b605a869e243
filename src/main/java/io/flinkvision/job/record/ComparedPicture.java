package io.flinkvision.job.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A picture that two models have classified.
 *
 * @param key of the picture, usually the camera; empty if it had none
 * @param id of its labels
 * @param at when it was classified, in milliseconds' precision
 * @param models the two models
 * @param outcome what came of it
 */
public record ComparedPicture(
        Optional<byte[]> key, String id, Instant at, ComparedModels models, Outcome outcome) {

    public ComparedPicture {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(models, "models");
        Objects.requireNonNull(outcome, "outcome");
    }

    /** What came of a comparison of the most probable labels, by their texts. */
    public sealed interface Outcome {}

    /**
     * Both models see the same.
     *
     * @param scoreDifference the candidate's score less the current model's
     */
    public record Agreed(double scoreDifference) implements Outcome {}

    /**
     * The models see something else.
     *
     * @param current label of the current model
     * @param candidate label of the candidate
     * @param known whether both labels are labels of both models; otherwise they could not have agreed
     */
    public record Differing(String current, String candidate, boolean known) implements Outcome {

        public Differing {
            Objects.requireNonNull(current, "current");
            Objects.requireNonNull(candidate, "candidate");
        }
    }

    /** The candidate's network failed on the picture. */
    public record Failed() implements Outcome {}
}
