package io.flinkvision.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the committed records of topics from their beginning. */
public final class TopicReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final List<String> topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    public TopicReader(String bootstrapServers, String... topics) {
        this.topics = List.of(topics);
        this.consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.of(topics)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /**
     * Waits for the first records of a topic.
     *
     * @return at least as many as wanted, and all that are there by then: a test that expects six also sees a seventh
     */
    public static List<ConsumerRecord<byte[], byte[]>> read(String bootstrapServers, String topic, int count) {
        try (TopicReader reader = new TopicReader(bootstrapServers, topic)) {
            return reader.await(records -> records.size() >= count && reader.isAtEnd());
        }
    }

    /** All records so far, once there are so many. */
    public List<ConsumerRecord<byte[], byte[]>> await(int count) {
        return await(read -> read.size() >= count);
    }

    /** All records so far, once they are enough. */
    public List<ConsumerRecord<byte[], byte[]>> await(Predicate<List<ConsumerRecord<byte[], byte[]>>> enough) {
        Waiting.until("records of " + topics, () -> {
            if (!enough.test(records)) {
                poll();
            }
            return enough.test(records);
        }, () -> records.size() + " records");
        return List.copyOf(records);
    }

    /** The records that come within a tenth of a second. */
    ConsumerRecords<byte[], byte[]> poll() {
        ConsumerRecords<byte[], byte[]> next = consumer.poll(POLL);
        next.forEach(records::add);
        return next;
    }

    /** All records that are on the topics now. */
    public List<ConsumerRecord<byte[], byte[]>> all() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        return await(read -> isAt(ends));
    }

    private boolean isAtEnd() {
        return isAt(consumer.endOffsets(consumer.assignment()));
    }

    private boolean isAt(Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
