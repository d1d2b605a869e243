package io.flinkvision.tools.watch;

import io.flinkvision.job.kafka.ReadingProperties;
import io.flinkvision.job.record.RecordCoordinates;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Fetches single records of the input topics, for dead letters that lack what was too large for them. */
final class OriginalReader implements AutoCloseable {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** @param properties of a consumer of the input topics */
    OriginalReader(Properties properties) {
        Properties complete =
                ReadingProperties.withIsolationOf(properties, ReadingProperties.withoutGroup(properties));
        complete.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
        consumer = new KafkaConsumer<>(complete, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Number of partitions of a topic; 0 if it does not exist. */
    int partitions(String topic) {
        return consumer.partitionsFor(topic, REQUEST_TIMEOUT).size();
    }

    /** The record that lies there; empty where none does any more. */
    Optional<ConsumerRecord<byte[], byte[]>> read(RecordCoordinates coordinates) {
        TopicPartition partition = new TopicPartition(coordinates.topic(), coordinates.partition());
        if (coordinates.partition() >= partitions(coordinates.topic())
                || consumer.beginningOffsets(Set.of(partition), REQUEST_TIMEOUT).get(partition) > coordinates.offset()
                || consumer.endOffsets(Set.of(partition), REQUEST_TIMEOUT).get(partition) <= coordinates.offset()) {
            return Optional.empty();
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, coordinates.offset());
        long deadline = System.nanoTime() + REQUEST_TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(REQUEST_TIMEOUT)) {
                return Optional.of(record).filter(found -> found.offset() == coordinates.offset());
            }
        }
        return Optional.empty();
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
