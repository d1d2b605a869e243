package io.flinkvision.tools.audit;

import io.flinkvision.tools.watch.DeadLetterRecord;
import io.flinkvision.tools.watch.OutputRecord;
import io.flinkvision.tools.watch.WatchException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares a job's input topics with its output topics: each input record must have exactly one outcome, labels or a
 * dead letter. Reads the records that exist when it begins, and committed outputs only.
 */
public final class Audit {

    private final AuditPlan plan;
    private final Properties input;
    private final Properties output;
    private final LongConsumer progress;
    private long outputs;

    /**
     * @param plan what is held against what
     * @param input properties of a consumer of the input topics
     * @param output properties of a consumer of the output topics
     * @param progress is told after each output record how many were read
     */
    public Audit(AuditPlan plan, Properties input, Properties output, LongConsumer progress) {
        this.plan = Objects.requireNonNull(plan, "plan");
        this.input = Objects.requireNonNull(input, "input");
        this.output = Objects.requireNonNull(output, "output");
        this.progress = Objects.requireNonNull(progress, "progress");
    }

    /**
     * Reads the topics.
     *
     * @return what became of each record
     * @throws WatchException if a topic does not exist or may not be read, or the brokers do not answer
     */
    public AuditReport run() {
        try (InputTopics inputs = new InputTopics(input, plan.group());
                TopicContents labels = new TopicContents(output, plan.labelTopic());
                TopicContents deadLetters = new TopicContents(output, plan.deadLetterTopic())) {
            Ledger ledger = inputs.open(plan.isInput(), plan.since());
            // Asked for before the outputs are read: what the group is past has its outcome in them.
            Map<TopicPartition, Long> committed = inputs.committed(ledger.partitions().keySet());
            read(labels, deadLetters, ledger);
            if (ledger.hasOpenRecords()) {
                inputs.noteAbsent(ledger);
            }
            long deadline = System.nanoTime() + plan.patience().toNanos();
            while (ledger.hasOpenRecords() && System.nanoTime() - deadline < 0) {
                labels.awaitMore(record -> noteLabels(record, ledger));
                committed = inputs.committed(ledger.partitions().keySet());
                read(labels, deadLetters, ledger);
            }
            return ledger.report(committed, plan.mostOffenders());
        }
    }

    private void read(TopicContents labels, TopicContents deadLetters, Ledger ledger) {
        labels.readOn(record -> noteLabels(record, ledger));
        deadLetters.readOn(record -> {
            ledger.deadLettered(DeadLetterRecord.of(record).headers().source());
            progress.accept(++outputs);
        });
    }

    private void noteLabels(ConsumerRecord<byte[], byte[]> record, Ledger ledger) {
        ledger.labelled(OutputRecord.of(record).source());
        progress.accept(++outputs);
    }
}
