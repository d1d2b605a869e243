package io.flinkvision.tools.watch;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Asks the brokers which offsets a {@link StartPosition} means. */
final class StartOffsets {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private StartOffsets() {}

    /** The first offset to read of each partition. */
    static Map<TopicPartition, Long> of(
            Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, StartPosition start) {
        if (start instanceof StartPosition.Beginning) {
            return consumer.beginningOffsets(partitions, PATIENCE);
        }
        Map<TopicPartition, Long> offsets = new HashMap<>(consumer.endOffsets(partitions, PATIENCE));
        if (start instanceof StartPosition.Since since) {
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(partition -> times.put(partition, Math.max(0, since.time().toEpochMilli())));
            for (Map.Entry<TopicPartition, OffsetAndTimestamp> first
                    : consumer.offsetsForTimes(times, PATIENCE).entrySet()) {
                if (first.getValue() != null) {
                    offsets.put(first.getKey(), first.getValue().offset());
                }
            }
        }
        return offsets;
    }
}
