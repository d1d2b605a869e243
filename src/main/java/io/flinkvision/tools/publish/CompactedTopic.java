package io.flinkvision.tools.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.region.RegionLedger;
import io.flinkvision.tools.ToolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic whose records tell running jobs what to do: of each key the latest one holds, until there is one without a
 * value.
 */
public final class CompactedTopic {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String DELIVERY_MILLIS = "30000";

    /** The largest declaration of a region, with key and batch. */
    private static final String MAX_RECORD_BYTES = Integer.toString(RegionLedger.MAX_RECORD_BYTES + (64 << 10));

    /** Short segments, as compaction skips the active one: a new job should not read every record ever written. */
    private static final Map<String, String> SETTINGS = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG, MAX_RECORD_BYTES,
            TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofMinutes(1).toMillis()),
            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.01");

    private final String name;
    private final Properties admin;
    private final Properties producer;

    /**
     * @param admin properties of an admin client, with the brokers and credentials
     * @param producer the same for a producer
     */
    public CompactedTopic(String name, Properties admin, Properties producer) {
        this.name = name;
        this.admin = new Properties();
        this.admin.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        this.admin.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS / 2));
        this.admin.putAll(admin);
        this.producer = new Properties();
        this.producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        this.producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        this.producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        this.producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        this.producer.putAll(producer);
        this.producer.put(ProducerConfig.ACKS_CONFIG, "all");
    }

    /** @throws ToolException if the brokers do not respond, or do not say whether it exists */
    public boolean exists() {
        try (Admin client = Admin.create(admin)) {
            client.describeTopics(List.of(name)).allTopicNames().get();
            return true;
        } catch (ExecutionException | KafkaException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    /**
     * Creates the topic if it is missing: compacted, with one partition, between several of which there is no order.
     *
     * @param remarks receives what was done, and warnings
     * @throws ToolException if the brokers do not respond, or refuse it
     */
    public void require(Consumer<String> remarks) {
        try (Admin client = Admin.create(admin)) {
            try {
                cleanupPolicy(client)
                        .filter(policy -> !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT))
                        .ifPresent(policy -> remarks.accept("Warning: topic " + name + " is not compacted ("
                                + TopicConfig.CLEANUP_POLICY_CONFIG + "=" + policy
                                + "), so that what is published will be deleted in time"));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                create(client);
                remarks.accept("Created the topic " + name + ", compacted, with one partition.");
            }
        } catch (ExecutionException | KafkaException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private Optional<String> cleanupPolicy(Admin client) throws ExecutionException, InterruptedException {
        // Without permission to read its settings, describeConfigs does not report a missing topic.
        client.describeTopics(List.of(name)).allTopicNames().get();
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
        try {
            return Optional.ofNullable(client.describeConfigs(List.of(topic)).all().get().get(topic)
                    .get(TopicConfig.CLEANUP_POLICY_CONFIG)).map(ConfigEntry::value);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void create(Admin client) throws ExecutionException, InterruptedException {
        try {
            client.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty()).configs(SETTINGS)))
                    .all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /**
     * Writes records, and waits for their acknowledgement.
     *
     * @param values by their keys; empty to remove what the key holds
     * @return where each was written, in the same order
     * @throws ToolException if the brokers do not accept one
     */
    public List<RecordCoordinates> publish(Map<String, Optional<byte[]>> values) {
        try (KafkaProducer<byte[], byte[]> client =
                new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            values.forEach((key, value) ->
                    sent.add(client.send(new ProducerRecord<>(name, key.getBytes(UTF_8), value.orElse(null)))));
            List<RecordCoordinates> written = new ArrayList<>();
            for (Future<RecordMetadata> record : sent) {
                RecordMetadata place = record.get();
                written.add(new RecordCoordinates(place.topic(), place.partition(), place.offset()));
            }
            return written;
        } catch (ExecutionException | KafkaException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private ToolException failure(Exception e) {
        return new ToolException("Topic " + name + " cannot be written: the Kafka brokers "
                + admin.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG) + " " + ClientFailure.of(e), e);
    }
}
