package io.flinkvision.tools.audit;

import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.DeadLetterRecord;
import io.flinkvision.tools.watch.OutputRecord;
import io.flinkvision.tools.watch.StartPosition;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares a job's input topics with its output topics: each input record must have exactly one outcome, labels or a
 * dead letter. Reads the records that exist when it begins, and committed outputs only.
 */
public final class Audit {

    /**
     * What an audit holds against what.
     *
     * @param isInput whether the job reads a topic
     * @param group the job's consumer group, whose offsets show its progress
     * @param labelTopic where its labels lie
     * @param deadLetterTopic where its dead letters lie
     * @param since the first input records that count
     * @param patience how long to wait for outcomes that are not there yet
     * @param mostOffenders maximum number of offenders to name
     */
    public record Plan(
            Predicate<String> isInput,
            String group,
            String labelTopic,
            String deadLetterTopic,
            StartPosition since,
            Duration patience,
            int mostOffenders) {

        public Plan {
            Objects.requireNonNull(isInput, "isInput");
            Objects.requireNonNull(group, "group");
            Objects.requireNonNull(labelTopic, "labelTopic");
            Objects.requireNonNull(deadLetterTopic, "deadLetterTopic");
            Objects.requireNonNull(since, "since");
            if (patience.isNegative()) {
                throw new IllegalArgumentException("Patience cannot be " + patience);
            }
            if (mostOffenders < 0) {
                throw new IllegalArgumentException("The most offenders to name cannot be " + mostOffenders);
            }
        }
    }

    private final Plan plan;
    private final Properties input;
    private final Properties output;
    private final LongConsumer progress;
    private long outputs;

    /**
     * @param plan the topics to compare
     * @param input properties of a consumer of the input topics
     * @param output properties of a consumer of the output topics
     * @param progress is told after each output record how many were read
     */
    public Audit(Plan plan, Properties input, Properties output, LongConsumer progress) {
        this.plan = Objects.requireNonNull(plan, "plan");
        this.input = Objects.requireNonNull(input, "input");
        this.output = Objects.requireNonNull(output, "output");
        this.progress = Objects.requireNonNull(progress, "progress");
    }

    /**
     * Reads the topics.
     *
     * @return what became of each record
     * @throws ToolException if a topic does not exist or may not be read, or the brokers do not answer
     */
    public AuditReport run() {
        try (InputTopics inputs = new InputTopics(input, plan.group());
                TopicContents labels = contents(plan.labelTopic());
                TopicContents deadLetters = contents(plan.deadLetterTopic())) {
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

    private TopicContents contents(String topic) {
        return new TopicContents(output, topic, Duration.ZERO, TopicReader::failure);
    }

    private void read(TopicContents labels, TopicContents deadLetters, Ledger ledger) {
        labels.readOn(record -> noteLabels(record, ledger));
        deadLetters.readOn(record -> {
            ledger.deadLettered(DeadLetterRecord.of(record).headers().source().flatMap(PictureOrigin::inKafka));
            progress.accept(++outputs);
        });
    }

    private void noteLabels(ConsumerRecord<byte[], byte[]> record, Ledger ledger) {
        ledger.labelled(OutputRecord.of(record).source().flatMap(PictureOrigin::inKafka));
        progress.accept(++outputs);
    }
}
