package io.flinkvision.job.operator;

import io.flinkvision.job.record.ModelChoice;
import java.util.Objects;
import java.util.Optional;

/**
 * An accepted choice of a model, for every subtask of the classify operator.
 *
 * @param choice the model to use; empty for the one that the job was submitted with
 */
public record ModelChange(Optional<ModelChoice> choice) {

    public ModelChange {
        Objects.requireNonNull(choice, "choice");
    }
}
