package io.flinkvision.tools.feed;

import io.flinkvision.core.camera.CameraException;
import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.kafka.ClientProperties;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topic of the frames, as the brokers describe it.
 *
 * @param id unique even among topics of the same name, if one was deleted and created anew
 * @param maxRecordBytes its {@code max.message.bytes}; empty without the permission to read it
 * @param created whether {@link #find} created it
 */
public record FeedTopic(String id, Optional<Integer> maxRecordBytes, boolean created) {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String AUTO_CREATE_TOPICS = "auto.create.topics.enable";

    /**
     * Describes the topic. If it is missing and the brokers create topics automatically, it is created with room for
     * frames of this size, which the brokers' default may not have.
     *
     * @param properties of a Kafka client
     * @throws CameraException if the brokers do not respond, or the topic does not exist
     */
    public static FeedTopic find(Properties properties, String topic, long maxFrameBytes)
            throws InterruptedException {
        try (Admin admin = Admin.create(adminProperties(properties))) {
            try {
                return describe(admin, topic, false);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
            if (!createsTopics(admin)) {
                throw new CameraException("Topic " + topic + " does not exist: create it, for example with"
                        + " kafka-topics.sh --create --topic " + topic + " --bootstrap-server " + brokers(properties));
            }
            create(admin, topic, maxFrameBytes);
            return describe(admin, topic, true);
        } catch (ExecutionException | KafkaException e) {
            throw new CameraException("Asked about topic " + topic + ", the Kafka brokers " + brokers(properties) + " "
                    + ClientFailure.of(e), e);
        }
    }

    private static Object brokers(Properties properties) {
        return properties.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
    }

    private static Properties adminProperties(Properties properties) {
        Properties result = new Properties();
        result.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        result.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS / 2));
        result.putAll(ClientProperties.ofAdmin(properties));
        return result;
    }

    private static FeedTopic describe(Admin admin, String topic, boolean created)
            throws ExecutionException, InterruptedException {
        String id = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).topicId().toString();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return new FeedTopic(id,
                setting(admin, resource, TopicConfig.MAX_MESSAGE_BYTES_CONFIG).map(Integer::valueOf), created);
    }

    private static boolean createsTopics(Admin admin) throws ExecutionException, InterruptedException {
        String broker = admin.describeCluster().nodes().get().iterator().next().idString();
        return setting(admin, new ConfigResource(ConfigResource.Type.BROKER, broker), AUTO_CREATE_TOPICS)
                .map(Boolean::parseBoolean)
                .orElse(false);
    }

    private static void create(Admin admin, String topic, long maxFrameBytes)
            throws ExecutionException, InterruptedException {
        NewTopic wanted = new NewTopic(topic, Optional.empty(), Optional.empty()).configs(Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Long.toString(Math.min(Integer.MAX_VALUE, maxFrameBytes + FeedProducer.RECORD_OVERHEAD_BYTES))));
        try {
            admin.createTopics(List.of(wanted)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static Optional<String> setting(Admin admin, ConfigResource resource, String name)
            throws ExecutionException, InterruptedException {
        try {
            Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            return Optional.ofNullable(config.get(name)).map(entry -> entry.value());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
