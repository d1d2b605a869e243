package io.flinkvision.tools.audit;

import io.flinkvision.job.record.RecordCoordinates;
import java.util.Objects;

/**
 * An input record that does not have its one outcome.
 *
 * @param record where it lies
 * @param outcome what became of it
 * @param labels how many records of labels it has, up to 127
 * @param deadLetters how many dead letters it has, up to 127
 */
public record Offender(RecordCoordinates record, Outcome outcome, int labels, int deadLetters) {

    public Offender {
        Objects.requireNonNull(record, "record");
        Objects.requireNonNull(outcome, "outcome");
    }
}
