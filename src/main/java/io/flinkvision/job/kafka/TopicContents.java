package io.flinkvision.job.kafka;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All committed records of a topic, up to its end at the time of the call; further calls read what has come since. No
 * consumer group is used, so that other consumers are not affected.
 */
public final class TopicContents implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration BACKOFF = Duration.ofMillis(200);

    private final String topic;
    private final Duration patience;
    private final Failure failure;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<TopicPartition> assigned = new HashSet<>();

    /** Explains to the caller's users why a topic cannot be read. */
    @FunctionalInterface
    public interface Failure {
        RuntimeException of(String topic, KafkaException reason);
    }

    /**
     * Opens a topic; the first request to the brokers is that of the first {@link #readOn}.
     *
     * @param properties of a Kafka client: the brokers and how to log in; the rest is the reader's own
     * @param patience how long to retry while no broker answers; zero for a single attempt of ten seconds
     * @param failure makes the exceptions of all methods, whose reason is that the properties are wrong, the topic does
     *     not exist or may not be read, or the brokers do not answer in time
     */
    public TopicContents(Properties properties, String topic, Duration patience, Failure failure) {
        this.topic = topic;
        this.patience = patience;
        this.failure = failure;
        Properties known = ClientProperties.knownTo(ConsumerConfig.configNames(), properties);
        try {
            consumer = new KafkaConsumer<>(ReadingProperties.impatient(ReadingProperties.withoutGroup(known)),
                    new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw failure.of(topic, e);
        }
    }

    /**
     * Reads on to the current end of the topic.
     *
     * @param each receives every record, in the order of each partition
     */
    public void readOn(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<TopicPartition, Long> ends = patiently(this::ends);
        while (patiently(() -> hasMore(ends))) {
            patiently(this::poll).forEach(each);
        }
    }

    private Map<TopicPartition, Long> ends() {
        assignAll();
        return consumer.endOffsets(assigned);
    }

    private boolean hasMore(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (records.isEmpty()) {
            // While no broker answers, polling returns nothing; this request fails.
            consumer.endOffsets(assigned);
        }
        return records;
    }

    private <T> T patiently(Supplier<T> request) {
        long start = System.nanoTime();
        while (true) {
            try {
                return request.get();
            } catch (RetriableException e) {
                if (System.nanoTime() - start >= patience.toNanos()) {
                    throw failure.of(topic, e);
                }
                backOff();
            } catch (InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                throw failure.of(topic, e);
            }
        }
    }

    /** Waits a moment for more, after {@link #readOn}. */
    public void awaitMore(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        patiently(() -> consumer.poll(POLL)).forEach(each);
    }

    private void assignAll() {
        Set<TopicPartition> found = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet());
        if (found.isEmpty()) {
            throw new UnknownTopicOrPartitionException("Topic " + topic + " does not exist");
        }
        found.removeAll(assigned);
        if (!found.isEmpty()) {
            // Those that were assigned before keep their positions.
            assigned.addAll(found);
            consumer.assign(assigned);
            consumer.seekToBeginning(found);
        }
    }

    private static void backOff() {
        try {
            Thread.sleep(BACKOFF.toMillis());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
