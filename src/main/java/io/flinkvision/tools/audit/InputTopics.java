package io.flinkvision.tools.audit;

import io.flinkvision.job.kafka.ReadingProperties;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.StartPosition;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The input topics of a job: which offsets they have, which of these hold a record, and how far the job has come. */
final class InputTopics implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);

    private final String group;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * @param properties of a Kafka consumer: the brokers and how to log in
     * @param group the job's consumer group, whose offsets are asked for and never changed
     * @throws ToolException if the properties are wrong
     */
    InputTopics(Properties properties, String group) {
        this.group = group;
        Properties complete = ReadingProperties.impatient(ReadingProperties.withIsolationOf(
                properties, ReadingProperties.withGroup(group, properties)));
        try {
            consumer = new KafkaConsumer<>(complete, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw TopicReader.failure("of the input", e);
        }
    }

    /**
     * An account of all that the topics hold now.
     *
     * @param isInput whether the job reads a topic
     * @param since the first records that count
     * @throws ToolException if there is no such topic, or the brokers do not answer
     */
    Ledger open(Predicate<String> isInput, StartPosition since) {
        try {
            Set<TopicPartition> partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic -> isInput.test(topic.getKey()))
                    .flatMap(topic -> topic.getValue().stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .collect(Collectors.toSet());
            if (partitions.isEmpty()) {
                throw new ToolException("None of the job's input topics exists, or this user may see none");
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> starts = since.offsets(consumer, partitions);
            Ledger ledger = new Ledger();
            consumer.endOffsets(partitions)
                    .forEach((partition, end) -> ledger.open(partition, Math.min(starts.get(partition), end), end));
            return ledger;
        } catch (KafkaException e) {
            throw TopicReader.failure("of the input", e);
        }
    }

    /**
     * How far the job's group has committed; partitions in which it never has are not in it.
     *
     * @throws ToolException if the group may not be looked at, or the brokers do not answer
     */
    Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        try {
            return consumer.committed(partitions).entrySet().stream()
                    .filter(entry -> Objects.nonNull(entry.getValue()))
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
        } catch (KafkaException e) {
            throw new ToolException("The offsets of the consumer group " + group + " cannot be read: "
                    + e.getMessage(), e);
        }
    }

    /**
     * Notes the offsets without an outcome at which no record lies. Only those stretches of the topics are read that
     * have offsets without an outcome.
     */
    void noteAbsent(Ledger ledger) {
        try {
            ledger.partitions().forEach(this::noteAbsent);
        } catch (KafkaException e) {
            throw TopicReader.failure("of the input", e);
        }
    }

    private void noteAbsent(TopicPartition partition, PartitionLedger ledger) {
        consumer.assign(Set.of(partition));
        long open = ledger.nextOpen(ledger.start());
        while (open < ledger.end()) {
            // What comes next may lie beyond the first open offsets, which then hold nothing.
            consumer.seek(partition, open);
            long end = pollPast(partition, open, ledger);
            open = ledger.nextOpen(end);
        }
    }

    /** Reads one batch at an offset, notes what is absent in it, and returns its end. */
    private long pollPast(TopicPartition partition, long from, PartitionLedger ledger) {
        while (consumer.position(partition) <= from) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            if (records.isEmpty() && consumer.position(partition) <= from) {
                consumer.endOffsets(Set.of(partition));
                continue;
            }
            long end = Math.min(consumer.position(partition), ledger.end());
            BitSet present = new BitSet();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() >= from && record.offset() < end) {
                    present.set((int) (record.offset() - from));
                }
            }
            for (long offset = from; offset < end; offset++) {
                if (!present.get((int) (offset - from)) && ledger.labels(offset) + ledger.deadLetters(offset) == 0) {
                    ledger.absent(offset);
                }
            }
        }
        return Math.max(from + 1, Math.min(consumer.position(partition), ledger.end()));
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
