package io.flinkvision.job.operator;

import io.flinkvision.job.record.ModelCandidate;
import java.util.Objects;

/**
 * A model that is tried, in a subtask's memory beside the current one.
 *
 * @param use which pictures it gets
 * @param model it, which belongs to this
 */
record LoadedCandidate(ModelCandidate use, LoadedModel model) {

    LoadedCandidate {
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(model, "model");
    }
}
