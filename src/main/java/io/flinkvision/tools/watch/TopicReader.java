package io.flinkvision.tools.watch;

import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.kafka.ReadingProperties;
import io.flinkvision.tools.ToolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
 * Reads committed records from all partitions of a topic, without a consumer group: nothing is committed, and other
 * consumers are not affected. Partitions that are added later are read too, from their start. While no broker answers,
 * it reports that once and retries.
 *
 * <p>{@link #stop} may be called from any thread, everything else from one only.
 */
public final class TopicReader implements AutoCloseable {

    private final String topic;
    private final StartPosition start;
    private final TopicPartitions partitions;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<TopicPartition> assigned = new HashSet<>();
    private final Map<TopicPartition, Long> endsAtStart = new HashMap<>();
    private volatile boolean stopped;

    private TopicReader(String topic, StartPosition start, TopicPartitions partitions,
            KafkaConsumer<byte[], byte[]> consumer) {
        this.topic = topic;
        this.start = start;
        this.partitions = partitions;
        this.consumer = consumer;
    }

    /**
     * Opens a topic; the first request to the brokers is that of the first {@link #poll}.
     *
     * @param properties of a Kafka consumer: the brokers and how to log in; the rest is the reader's own
     * @param topic the topic
     * @param start where in it
     * @param talk receives a message, on the polling thread, when no broker answers and when one does again
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
     * @param timeout at most; the first requests to the brokers have timeouts of their own
     * @return records in the order of each partition; empty if there are none, no broker answers, or {@link #stop} was
     *     called
     * @throws ToolException if the topic does not exist, or may not be read
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

    /** Changes nothing before all positions are known, so that a failure half way is simply retried. */
    private void assign(Set<TopicPartition> found) {
        // A partition that is added later is new from its first record on.
        StartPosition from = assigned.isEmpty() ? start : new StartPosition.Beginning();
        Map<TopicPartition, Long> positions = from.offsets(consumer, found);
        Set<TopicPartition> all = new HashSet<>(assigned);
        all.addAll(found);
        consumer.assign(all);
        positions.forEach(consumer::seek);
        assigned.addAll(found);
    }

    /** Whether the start positions are known: everything written from now on is read. */
    public boolean isReading() {
        return !assigned.isEmpty();
    }

    /**
     * Whether everything has been returned that the topic held at the first call of this method.
     *
     * @return false, too, while no broker answers
     * @throws ToolException if the topic may not be read
     */
    public boolean isCaughtUp() {
        if (stopped || assigned.isEmpty()) {
            return false;
        }
        try {
            if (endsAtStart.isEmpty()) {
                endsAtStart.putAll(consumer.endOffsets(assigned, StartPosition.REQUEST_TIMEOUT));
            }
            return endsAtStart.entrySet().stream()
                    .allMatch(end -> consumer.position(end.getKey(), StartPosition.REQUEST_TIMEOUT) >= end.getValue());
        } catch (WakeupException | RetriableException e) {
            return false;
        } catch (KafkaException e) {
            throw failure(topic, e);
        }
    }

    /** Ends a waiting {@link #poll}, and all later ones at once. */
    public void stop() {
        stopped = true;
        consumer.wakeup();
    }

    /** Whether {@link #stop} was called. */
    public boolean isStopped() {
        return stopped;
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        try (partitions) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        } catch (WakeupException e) {
            // From a stop after the last poll; the consumer is closed all the same.
        }
    }
}
