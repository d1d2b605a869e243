package io.flinkvision.tools.audit;

import io.flinkvision.job.record.RecordCoordinates;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The outcomes of the records of a job's input topics.
 *
 * @param counts number of records with each outcome
 * @param offenders records without exactly one outcome, by topic, partition and offset, up to the plan's limit
 * @param unreadable output records that name no input record
 * @param foreign output records whose input record was not audited
 */
public record AuditReport(Map<Outcome, Long> counts, List<Offender> offenders, long unreadable, long foreign) {

    /** The outcome of an input record, according to the output topics. */
    public enum Outcome {

        /** One record of labels, and no dead letter. */
        LABELLED,

        /** One dead letter, and no labels. */
        DEAD_LETTERED,

        /** Neither, though the job's group has passed it. */
        MISSING,

        /** More than one of either, or both. */
        DOUBLED,

        /** Neither, and the job's group has not reached it yet. */
        WAITING;

        /** Whether the record has exactly one outcome. */
        public boolean isSound() {
            return this == LABELLED || this == DEAD_LETTERED;
        }
    }

    /**
     * An input record without exactly one outcome.
     *
     * @param record its coordinates
     * @param labels number of its records of labels, up to 127
     * @param deadLetters number of its dead letters, up to 127
     */
    public record Offender(RecordCoordinates record, Outcome outcome, int labels, int deadLetters) {

        public Offender {
            Objects.requireNonNull(record, "record");
            Objects.requireNonNull(outcome, "outcome");
        }
    }

    public AuditReport {
        Map<Outcome, Long> complete = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            complete.put(outcome, counts.getOrDefault(outcome, 0L));
        }
        counts = Map.copyOf(complete);
        offenders = List.copyOf(offenders);
    }

    public long count(Outcome outcome) {
        return counts.get(outcome);
    }

    /** Number of audited records. */
    public long records() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether each record has exactly one outcome. */
    public boolean isSound() {
        return counts.entrySet().stream().allMatch(entry -> entry.getKey().isSound() || entry.getValue() == 0);
    }
}
