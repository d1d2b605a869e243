package io.flinkvision.job.record;

import java.util.Objects;
import java.util.Optional;

/** What a record of the control topic asks of every subtask of the classify operator. */
public sealed interface ModelChange {

    /**
     * Uses a model for all pictures, and ends the trial of a candidate.
     *
     * @param choice the model to use; empty for the one that the job was submitted with
     */
    record Replacement(Optional<ModelChoice> choice) implements ModelChange {

        /** Back to the model that the job was submitted with. */
        public static final Replacement BY_THE_SUBMITTED = new Replacement(Optional.empty());

        public Replacement {
            Objects.requireNonNull(choice, "choice");
        }

        @Override
        public String toString() {
            return choice.map(it -> "the model at " + it.bundle() + " (SHA-256 " + it.digest() + ")")
                    .orElse("the model that the job was submitted with");
        }
    }

    /** Tries a model beside the job's own, instead of the candidate before, if there is one. */
    record Trial(ModelCandidate candidate) implements ModelChange {

        public Trial {
            Objects.requireNonNull(candidate, "candidate");
        }

        @Override
        public String toString() {
            return candidate.toString();
        }
    }

    /** Ends the trial of a candidate; the job's own model stays. */
    record EndOfTrial() implements ModelChange {

        @Override
        public String toString() {
            return "no candidate";
        }
    }
}
