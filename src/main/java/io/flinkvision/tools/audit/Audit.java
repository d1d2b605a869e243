package io.flinkvision.tools.audit;

import io.flinkvision.job.operator.ImageDeserializationSchema;
import io.flinkvision.tools.watch.DeadLetterRecord;
import io.flinkvision.tools.watch.OutputRecord;
import io.flinkvision.tools.watch.WatchException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Holds the records of a job's input topics against those of its output topics: each must have exactly one outcome,
 * labels, a dead letter, or the note that it was skipped; or none, where the job is told to drop old frames without a
 * word, and it is old enough. It looks at the records that are there when it begins, and at committed outputs only.
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
            if (ledger.hasOpenRecords(committed)) {
                inputs.noteOpen(ledger, this::mayBeDropped);
            }
            long deadline = System.nanoTime() + plan.patience().toNanos();
            while (ledger.hasOpenRecords(committed) && System.nanoTime() - deadline < 0) {
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
            ledger.deadLettered(DeadLetterRecord.of(record).source());
            progress.accept(++outputs);
        });
    }

    /** Whether an input record without an answer is so old at the end of this audit that the job may drop it. */
    private boolean mayBeDropped(ConsumerRecord<byte[], byte[]> record) {
        return plan.ageLimit().dropsWithoutAnswer() && plan.ageLimit().excludes(ImageDeserializationSchema.read(record),
                Optional.of(record.timestamp()), Instant.now().plus(plan.patience()));
    }

    private void noteLabels(ConsumerRecord<byte[], byte[]> record, Ledger ledger) {
        OutputRecord answer = OutputRecord.of(record);
        if (answer instanceof OutputRecord.Skipped) {
            ledger.skipped(answer.source());
        } else {
            ledger.labelled(answer.source());
        }
        progress.accept(++outputs);
    }
}
