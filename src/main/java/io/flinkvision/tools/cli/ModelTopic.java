package io.flinkvision.tools.cli;

import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.ToolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
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

/** The topic whose latest record names the model that running jobs use. */
final class ModelTopic {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String DELIVERY_MILLIS = "30000";

    /** Short segments, as compaction skips the active one: a new job should not read every choice ever made. */
    private static final Map<String, String> SETTINGS = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofMinutes(1).toMillis()),
            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.01");

    private final String name;
    private final Properties admin;
    private final Properties producer;

    /**
     * @param admin properties of an admin client, with the brokers and credentials
     * @param producer the same for a producer
     */
    ModelTopic(String name, Properties admin, Properties producer) {
        this.name = name;
        this.admin = new Properties();
        this.admin.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        this.admin.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS / 2));
        this.admin.putAll(admin);
        this.producer = new Properties();
        this.producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        this.producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        this.producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        this.producer.putAll(producer);
        this.producer.put(ProducerConfig.ACKS_CONFIG, "all");
    }

    /**
     * Creates the topic if it is missing: compacted, with one partition, as the latest record of several is undefined.
     *
     * @param remarks receives what was done, and warnings
     * @throws ToolException if the brokers do not respond, or refuse it
     */
    void require(Consumer<String> remarks) {
        try (Admin client = Admin.create(admin)) {
            try {
                cleanupPolicy(client)
                        .filter(policy -> !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT))
                        .ifPresent(policy -> remarks.accept("Warning: topic " + name + " is not compacted ("
                                + TopicConfig.CLEANUP_POLICY_CONFIG + "=" + policy
                                + "), so that the choice will be deleted"));
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
     * Writes a choice, and waits for its acknowledgement.
     *
     * @param choice empty for the model that a job was submitted with
     * @throws ToolException if the brokers do not accept it
     */
    RecordCoordinates publish(Optional<ModelChoice> choice) {
        try (KafkaProducer<byte[], byte[]> client =
                new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer())) {
            RecordMetadata written = client.send(new ProducerRecord<>(name,
                    ModelChoice.KEY.getBytes(StandardCharsets.UTF_8),
                    choice.map(ModelChoice::toJson).orElse(null))).get();
            return new RecordCoordinates(written.topic(), written.partition(), written.offset());
        } catch (ExecutionException | KafkaException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private ToolException failure(Exception e) {
        return new ToolException("The choice cannot be written to topic " + name + ": the Kafka brokers "
                + admin.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG) + " " + ClientFailure.of(e), e);
    }
}
