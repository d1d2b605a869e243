package io.flinkvision.tools.wall;

import io.flinkvision.job.kafka.ReadingProperties;
import io.flinkvision.job.record.RecordCoordinates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads single records by their coordinates, many in one round. Used by one thread. */
final class SingleRecords implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    private static final long ROUND_MILLIS = 5000;

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** Receives what was found. */
    interface Receiver {

        /** @param record empty if it is gone, or never was */
        void take(RecordCoordinates coordinates, Optional<ConsumerRecord<byte[], byte[]>> record);
    }

    /**
     * Connects to the brokers with the first round.
     *
     * @param consumerProperties the brokers and how to log in
     */
    SingleRecords(Properties consumerProperties) {
        Properties complete = ReadingProperties.withoutGroup(consumerProperties);
        // What follows a wanted record is fetched with it and mostly discarded; a larger record arrives all the same.
        complete.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "131072");
        complete.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "1048576");
        complete.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "50");
        consumer = new KafkaConsumer<>(complete, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Reads records, for at most some seconds; the receiver is not told of those that were not read by then.
     *
     * @param isWanted asked again and again; false ends the round
     * @throws org.apache.kafka.common.KafkaException if they cannot be read now
     */
    void read(Collection<RecordCoordinates> records, Receiver receiver, BooleanSupplier isWanted) {
        Map<TopicPartition, TreeSet<Long>> wanted = new HashMap<>();
        for (RecordCoordinates record : records) {
            wanted.computeIfAbsent(new TopicPartition(record.topic(), record.partition()),
                    partition -> new TreeSet<>()).add(record.offset());
        }
        giveUpMissing(wanted, receiver);
        fetch(wanted, receiver, isWanted);
    }

    /** Kafka's consumer would wait long for a partition or an offset that does not exist, which a record may name. */
    private void giveUpMissing(Map<TopicPartition, TreeSet<Long>> wanted, Receiver receiver) {
        Map<String, Integer> partitions = wanted.keySet().stream().map(TopicPartition::topic).distinct()
                .collect(Collectors.toMap(topic -> topic, this::partitions));
        for (TopicPartition partition : new HashSet<>(wanted.keySet())) {
            if (partition.partition() >= partitions.get(partition.topic())) {
                giveUp(partition, wanted.remove(partition), receiver);
            }
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(wanted.keySet(), REQUEST_TIMEOUT);
        ends.forEach((partition, end) -> giveUp(partition, wanted.get(partition).tailSet(end), receiver));
        wanted.values().removeIf(TreeSet::isEmpty);
    }

    private int partitions(String topic) {
        try {
            return consumer.partitionsFor(topic, REQUEST_TIMEOUT).size();
        } catch (InvalidTopicException | TopicAuthorizationException e) {
            return 0;
        }
    }

    private static void giveUp(TopicPartition partition, Collection<Long> offsets, Receiver receiver) {
        for (long offset : new ArrayList<>(offsets)) {
            receiver.take(coordinates(partition, offset), Optional.empty());
        }
        offsets.clear();
    }

    private static RecordCoordinates coordinates(TopicPartition partition, long offset) {
        return new RecordCoordinates(partition.topic(), partition.partition(), offset);
    }

    private void fetch(Map<TopicPartition, TreeSet<Long>> wanted, Receiver receiver, BooleanSupplier isWanted) {
        consumer.assign(wanted.keySet());
        wanted.forEach((partition, offsets) -> consumer.seek(partition, offsets.first()));
        long start = System.nanoTime();
        while (!wanted.isEmpty() && isWanted.getAsBoolean()
                && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (wanted.get(partition).remove(record.offset())) {
                    receiver.take(coordinates(partition, record.offset()), Optional.of(record));
                }
            }
            advance(wanted, receiver);
        }
    }

    /** Gives up what is no longer there, and seeks past unwanted records. */
    private void advance(Map<TopicPartition, TreeSet<Long>> wanted, Receiver receiver) {
        for (TopicPartition partition : new HashSet<>(wanted.keySet())) {
            TreeSet<Long> offsets = wanted.get(partition);
            long position = consumer.position(partition);
            giveUp(partition, offsets.headSet(position), receiver);
            if (offsets.isEmpty()) {
                wanted.remove(partition);
            } else if (offsets.first() > position) {
                consumer.seek(partition, offsets.first());
            }
        }
        if (wanted.size() < consumer.assignment().size()) {
            consumer.assign(wanted.keySet());
        }
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
