package io.flinkvision.tools.feed;

import io.flinkvision.tools.local.KafkaBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic of a real broker from its beginning. */
public final class TestTopic implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    public TestTopic(KafkaBroker broker, String topic) {
        this.consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** All records so far, once so many are there. */
    public List<ConsumerRecord<byte[], byte[]>> await(int count) {
        return await(read -> read.size() >= count);
    }

    /** All records so far, once they are enough. */
    public List<ConsumerRecord<byte[], byte[]>> await(Predicate<List<ConsumerRecord<byte[], byte[]>>> enough) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!enough.test(records)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("After " + PATIENCE + " there are only " + records.size() + " records");
            }
            consumer.poll(Duration.ofMillis(50)).forEach(records::add);
        }
        return List.copyOf(records);
    }

    /** All records that are on the topic now. */
    public List<ConsumerRecord<byte[], byte[]>> all() {
        long end = consumer.endOffsets(consumer.assignment()).values().stream().mapToLong(Long::longValue).sum();
        return await((int) end);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
