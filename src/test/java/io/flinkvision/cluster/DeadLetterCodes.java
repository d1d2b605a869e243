package io.flinkvision.cluster;

import io.flinkvision.watch.DeadLetterRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the dead letters say, as a reader of committed records sees them. */
final class DeadLetterCodes {

    private static final Duration POLL = Duration.ofMillis(100);

    private DeadLetterCodes() {}

    /**
     * Reads the dead letters that are there.
     *
     * @return the codes that each input record got, by its {@code topic-partition-offset}
     */
    static Map<String, List<String>> read(String bootstrapServers, String topic) {
        Map<String, List<String>> codes = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(POLL).forEach(record -> {
                    DeadLetterRecord letter = DeadLetterRecord.of(record);
                    codes.computeIfAbsent(letter.source().orElseThrow().toString(), source -> new ArrayList<>())
                            .add(letter.code().orElseThrow());
                });
            }
        }
        return codes;
    }
}
