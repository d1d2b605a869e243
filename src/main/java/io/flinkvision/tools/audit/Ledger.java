package io.flinkvision.tools.audit;

import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.audit.AuditReport.Offender;
import io.flinkvision.tools.audit.AuditReport.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** The account of an audit: the input records, and the outcomes that were found for them. */
final class Ledger {

    private final Map<TopicPartition, PartitionLedger> partitions = new TreeMap<>(
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
    private long unreadable;
    private long foreign;

    /**
     * Opens the account of a partition.
     *
     * @throws IllegalArgumentException if it has more records than an audit can hold
     */
    void open(TopicPartition partition, long start, long end) {
        partitions.put(partition, new PartitionLedger(start, end));
    }

    Map<TopicPartition, PartitionLedger> partitions() {
        return partitions;
    }

    void labelled(Optional<RecordCoordinates> source) {
        find(source).ifPresent(ledger -> ledger.labelled(source.get().offset()));
    }

    void deadLettered(Optional<RecordCoordinates> source) {
        find(source).ifPresent(ledger -> ledger.deadLettered(source.get().offset()));
    }

    private Optional<PartitionLedger> find(Optional<RecordCoordinates> source) {
        if (source.isEmpty()) {
            unreadable++;
            return Optional.empty();
        }
        RecordCoordinates record = source.get();
        PartitionLedger ledger = partitions.get(new TopicPartition(record.topic(), record.partition()));
        if (ledger == null || !ledger.holds(record.offset())) {
            foreign++;
            return Optional.empty();
        }
        return Optional.of(ledger);
    }

    /** Whether some record may have no outcome yet. */
    boolean hasOpenRecords() {
        return partitions.values().stream().anyMatch(PartitionLedger::hasOpenRecords);
    }

    /**
     * Closes the account.
     *
     * @param committed how far the job's group has come in each partition; 0 where it is not there
     * @param mostOffenders maximum number of offenders to name
     */
    AuditReport report(Map<TopicPartition, Long> committed, int mostOffenders) {
        Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        List<Offender> offenders = new ArrayList<>();
        partitions.forEach((partition, ledger) -> {
            long reached = committed.getOrDefault(partition, 0L);
            for (long offset = ledger.start(); offset < ledger.end(); offset++) {
                if (ledger.isAbsent(offset)) {
                    continue;
                }
                Outcome outcome = ledger.outcome(offset, reached);
                counts.merge(outcome, 1L, Long::sum);
                if (!outcome.isSound() && offenders.size() < mostOffenders) {
                    offenders.add(new Offender(
                            new RecordCoordinates(partition.topic(), partition.partition(), offset),
                            outcome, ledger.labels(offset), ledger.deadLetters(offset)));
                }
            }
        });
        return new AuditReport(counts, offenders, unreadable, foreign);
    }
}
