package io.flinkvision.tools.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.audit.AuditReport.Offender;
import io.flinkvision.tools.audit.AuditReport.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final TopicPartition DOOR = new TopicPartition("images", 0);
    private static final TopicPartition GATE = new TopicPartition("images", 1);

    private final Ledger ledger = new Ledger();

    @Test
    void aRecordWithLabelsOrADeadLetterIsSound() {
        ledger.open(DOOR, 0, 2);
        ledger.labelled(at(DOOR, 0));
        assertThat(ledger.hasOpenRecords()).isTrue();
        ledger.deadLettered(at(DOOR, 1));

        assertThat(ledger.hasOpenRecords()).isFalse();
        AuditReport report = ledger.report(Map.of(), 10);
        assertThat(report.isSound()).isTrue();
        assertThat(report.records()).isEqualTo(2);
        assertThat(report.count(Outcome.LABELLED)).isEqualTo(1);
        assertThat(report.count(Outcome.DEAD_LETTERED)).isEqualTo(1);
        assertThat(report.offenders()).isEmpty();
    }

    @Test
    void whatTheGroupIsPastIsMissingAndTheRestIsWaiting() {
        ledger.open(DOOR, 5, 8);
        ledger.open(GATE, 0, 1);
        ledger.labelled(at(DOOR, 5));

        AuditReport report = ledger.report(Map.of(DOOR, 7L), 10);

        assertThat(report.isSound()).isFalse();
        assertThat(report.offenders()).containsExactly(
                new Offender(new RecordCoordinates("images", 0, 6), Outcome.MISSING, 0, 0),
                new Offender(new RecordCoordinates("images", 0, 7), Outcome.WAITING, 0, 0),
                new Offender(new RecordCoordinates("images", 1, 0), Outcome.WAITING, 0, 0));
    }

    @Test
    void aSecondOutcomeOfEitherKindDoublesARecord() {
        ledger.open(DOOR, 0, 3);
        IntStream.range(0, 300).forEach(i -> ledger.labelled(at(DOOR, 0)));
        ledger.labelled(at(DOOR, 1));
        ledger.deadLettered(at(DOOR, 1));
        ledger.deadLettered(at(DOOR, 2));
        ledger.deadLettered(at(DOOR, 2));

        assertThat(ledger.report(Map.of(), 10).offenders()).containsExactly(
                new Offender(new RecordCoordinates("images", 0, 0), Outcome.DOUBLED, 127, 0),
                new Offender(new RecordCoordinates("images", 0, 1), Outcome.DOUBLED, 1, 1),
                new Offender(new RecordCoordinates("images", 0, 2), Outcome.DOUBLED, 0, 2));
    }

    @Test
    void anOffsetWithoutARecordNeedsNoOutcome() {
        ledger.open(DOOR, 0, 3);
        ledger.labelled(at(DOOR, 0));
        ledger.partitions().get(DOOR).absent(1);

        assertThat(ledger.partitions().get(DOOR).nextOpen(0)).isEqualTo(2);
        assertThat(ledger.report(Map.of(DOOR, 3L), 10).counts()).containsEntry(Outcome.MISSING, 1L);
        ledger.partitions().get(DOOR).absent(2);
        assertThat(ledger.hasOpenRecords()).isFalse();
        assertThat(ledger.report(Map.of(DOOR, 3L), 10).records()).isEqualTo(1);
    }

    @Test
    void outputsOfOtherRecordsAreCountedApart() {
        ledger.open(DOOR, 5, 6);
        ledger.labelled(at(DOOR, 4));
        ledger.deadLettered(at(DOOR, 6));
        ledger.labelled(at(GATE, 5));
        ledger.labelled(Optional.empty());

        AuditReport report = ledger.report(Map.of(), 10);

        assertThat(report.foreign()).isEqualTo(3);
        assertThat(report.unreadable()).isEqualTo(1);
        assertThat(report.count(Outcome.WAITING)).isEqualTo(1);
    }

    @Test
    void namesNoMoreOffendersThanAskedFor() {
        ledger.open(DOOR, 0, 5);

        AuditReport report = ledger.report(Map.of(DOOR, 5L), 2);

        assertThat(report.offenders()).hasSize(2);
        assertThat(report.count(Outcome.MISSING)).isEqualTo(5);
    }

    @Test
    void refusesMoreRecordsThanItCanHold() {
        assertThatThrownBy(() -> ledger.open(DOOR, 1, 1L << 31))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("from 1 to 2147483648");
    }

    private static Optional<RecordCoordinates> at(TopicPartition partition, long offset) {
        return Optional.of(new RecordCoordinates(partition.topic(), partition.partition(), offset));
    }
}
