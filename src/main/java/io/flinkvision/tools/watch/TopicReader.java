package io.flinkvision.tools.watch;

import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.tools.ToolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads committed records from all partitions of a topic, without a consumer group: nothing is committed, and nobody
 * else's reading is disturbed. Partitions that the topic gets later are read too, from their start. While no broker
 * answers it says so once, and goes on trying.
 *
 * <p>{@link #stop} may be called from any thread, everything else from one only.
 */
public final class TopicReader implements AutoCloseable {

    private final String topic;
    private final StartPosition start;
    private final TopicPartitions partitions;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<TopicPartition> assigned = new HashSet<>();
    private volatile boolean stopped;

    private TopicReader(String topic, StartPosition start, TopicPartitions partitions,
            KafkaConsumer<byte[], byte[]> consumer) {
        this.topic = topic;
        this.start = start;
        this.partitions = partitions;
        this.consumer = consumer;
    }

    /**
     * Makes ready to read a topic; the brokers are asked by the first {@link #poll}.
     *
     * @param properties of a Kafka consumer: the brokers and how to log in; the rest is the reader's own
     * @param topic the topic
     * @param start where in it
     * @param talk is told, on the thread that polls, when no broker answers and when one does again
     * @throws ToolException if the properties are wrong
     */
    public static TopicReader open(Properties properties, String topic, StartPosition start, Consumer<String> talk) {
        Properties complete = ReadingProperties.withoutGroup(properties);
        TopicPartitions partitions = TopicPartitions.open(complete, topic, talk);
        try {
            return new TopicReader(topic, start, partitions,
                    new KafkaConsumer<>(complete, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        } catch (KafkaException e) {
            partitions.close();
            throw failure(topic, e);
        }
    }

    /** Translates a failure that no retry mends for the person who reads a topic. */
    public static ToolException failure(String topic, Throwable reason) {
        if (reason instanceof UnknownTopicOrPartitionException) {
            return new ToolException("Topic " + topic + " does not exist: create it, or name another one with --topic",
                    reason);
        }
        if (reason instanceof AuthorizationException || reason instanceof AuthenticationException) {
            return new ToolException("Topic " + topic + " may not be read: the Kafka brokers "
                    + ClientFailure.of(reason), reason);
        }
        if (reason instanceof TimeoutException) {
            return new ToolException("The Kafka brokers do not answer: is the address right, and is a broker running"
                    + " there? (" + reason.getMessage() + ")", reason);
        }
        String message = reason.getCause() == null ? reason.getMessage() : reason.getCause().getMessage();
        return new ToolException("Topic " + topic + " cannot be read: " + message, reason);
    }

    /**
     * Waits for records.
     *
     * @param timeout how long at the most, but for the first questions to the brokers, which have their own time
     * @return what came, in the order of each partition; empty where nothing did, no broker answers, or {@link #stop}
     *     was called
     * @throws ToolException if there is no such topic, or it may not be read
     */
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
        if (stopped) {
            return List.of();
        }
        try {
            Set<TopicPartition> found = new HashSet<>(partitions.known(assigned.isEmpty() ? timeout : Duration.ZERO));
            found.removeAll(assigned);
            if (!found.isEmpty()) {
                assign(found);
            }
            if (assigned.isEmpty()) {
                return List.of();
            }
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            consumer.poll(timeout).forEach(records::add);
            return records;
        } catch (WakeupException e) {
            return List.of();
        } catch (RetriableException e) {
            // No broker answers, or a partition changes its leader: the next poll tries again.
            return List.of();
        } catch (KafkaException e) {
            throw failure(topic, e);
        }
    }

    /** Nothing is changed before all positions are known, so that a failure half way is simply tried again. */
    private void assign(Set<TopicPartition> found) {
        // What the topic gets while it is watched is new from its first record on.
        StartPosition from = assigned.isEmpty() ? start : new StartPosition.Beginning();
        Map<TopicPartition, Long> positions = from.offsets(consumer, found);
        Set<TopicPartition> all = new HashSet<>(assigned);
        all.addAll(found);
        consumer.assign(all);
        positions.forEach(consumer::seek);
        assigned.addAll(found);
    }

    /** Whether the positions to start from are known: what is written from now on is read. */
    public boolean isReading() {
        return !assigned.isEmpty();
    }

    /** Ends a {@link #poll} that waits, and all later ones at once. */
    public void stop() {
        stopped = true;
        consumer.wakeup();
    }

    /** Whether {@link #stop} was called. */
    public boolean isStopped() {
        return stopped;
    }

    /** Gives back the connections; a second call does nothing. */
    @Override
    public void close() {
        try (partitions) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        } catch (WakeupException e) {
            // A stop that came between the last poll and here; the consumer is closed all the same.
        }
    }
}
