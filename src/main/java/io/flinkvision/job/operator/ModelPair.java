package io.flinkvision.job.operator;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.ComparedModels.Named;
import io.flinkvision.job.record.ComparedModels;
import io.flinkvision.job.record.ComparedPicture.Agreed;
import io.flinkvision.job.record.ComparedPicture.Differing;
import io.flinkvision.job.record.ComparedPicture.Failed;
import io.flinkvision.job.record.ComparedPicture.Outcome;
import io.flinkvision.job.record.ComparedPicture;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Compares the labels that a subtask's model and its shadow give to the same pictures, by their texts. */
final class ModelPair {

    private final ComparedModels models;
    private final Set<String> currentLabels;
    private final Set<String> candidateLabels;

    ModelPair(LoadedModel current, LoadedModel candidate) {
        models = ComparedModels.of(new Named(current.name(), current.digest()), current.labels(),
                new Named(candidate.name(), candidate.digest()), candidate.labels());
        currentLabels = new HashSet<>(current.labels());
        candidateLabels = new HashSet<>(candidate.labels());
    }

    /**
     * Compares the most probable labels.
     *
     * @param answer of the current model
     * @param candidate label of the shadow; empty if its network failed
     */
    ComparedPicture compare(Classification answer, Optional<Label> candidate) {
        return new ComparedPicture(answer.key(), answer.id(), answer.classifiedAt(), models,
                candidate.map(label -> outcome(answer.labels().get(0), label)).orElseGet(Failed::new));
    }

    private Outcome outcome(Label current, Label candidate) {
        return current.label().equals(candidate.label())
                ? new Agreed(candidate.score() - current.score())
                : new Differing(current.label(), candidate.label(),
                        candidateLabels.contains(current.label()) && currentLabels.contains(candidate.label()));
    }
}
