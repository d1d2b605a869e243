package io.flinkvision.tools.audit;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the records of a job's input topics.
 *
 * @param counts how many records have each outcome
 * @param offenders those without their one outcome, as many as were asked for, in the order of topic, partition, offset
 * @param unreadable records of the output topics that name no input record
 * @param foreign records of the output topics whose input record is none of those that were looked at
 */
public record AuditReport(Map<Outcome, Long> counts, List<Offender> offenders, long unreadable, long foreign) {

    public AuditReport {
        Map<Outcome, Long> complete = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            complete.put(outcome, counts.getOrDefault(outcome, 0L));
        }
        counts = Map.copyOf(complete);
        offenders = List.copyOf(offenders);
    }

    /** How many records have an outcome. */
    public long count(Outcome outcome) {
        return counts.get(outcome);
    }

    /** How many records were looked at. */
    public long records() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether each record has exactly one outcome. */
    public boolean isSound() {
        return counts.entrySet().stream().allMatch(entry -> entry.getKey().isSound() || entry.getValue() == 0);
    }
}
