package io.flinkvision.tools.audit;

import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.ReadingProperties;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All committed records of a topic, up to where it ends when one asks; asked again, what has come since. No consumer
 * group is used, so that nobody else's reading is disturbed.
 */
final class TopicContents implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<TopicPartition> assigned = new HashSet<>();

    /**
     * @param properties of a Kafka consumer: the brokers and how to log in; the rest is the reader's own
     * @throws ToolException if the properties are wrong
     */
    TopicContents(Properties properties, String topic) {
        this.topic = topic;
        Properties complete = ReadingProperties.impatient(ReadingProperties.withoutGroup(properties));
        try {
            consumer = new KafkaConsumer<>(complete, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw TopicReader.failure(topic, e);
        }
    }

    /**
     * Reads on, to where the topic ends now.
     *
     * @param each is given every record, in the order of each partition
     * @throws ToolException if the topic does not exist, or the brokers do not answer
     */
    void readOn(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try {
            assignAll();
            Map<TopicPartition, Long> ends = consumer.endOffsets(assigned);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (records.isEmpty()) {
                    // While no broker answers, polling returns nothing; this request fails.
                    consumer.endOffsets(assigned);
                }
                records.forEach(each);
            }
        } catch (KafkaException e) {
            throw TopicReader.failure(topic, e);
        }
    }

    /** Waits a moment for more, after {@link #readOn}. */
    void awaitMore(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try {
            consumer.poll(POLL).forEach(each);
        } catch (KafkaException e) {
            throw TopicReader.failure(topic, e);
        }
    }

    private void assignAll() {
        Set<TopicPartition> found = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet());
        if (found.isEmpty()) {
            throw new ToolException("Topic " + topic + " does not exist");
        }
        found.removeAll(assigned);
        if (!found.isEmpty()) {
            // Those that were assigned before keep their positions.
            assigned.addAll(found);
            consumer.assign(assigned);
            consumer.seekToBeginning(found);
        }
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
