package io.flinkvision.job.pipeline;

import io.flinkvision.job.kafka.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the brokers of one end of a job about single topics.
 *
 * @param bootstrapServers of these brokers, for messages
 * @param problems receives those with which the job cannot run
 * @param warnings receives those about what it can run with
 */
record TopicCheck(Admin admin, List<String> bootstrapServers, List<String> problems, List<String> warnings) {

    /** Enough to teach with the pictures of a day. */
    private static final Duration LONG_RETENTION = Duration.ofDays(1);

    /** A control topic has one partition, since there is no order between several. */
    void checkControlTopic(String topic) throws ExecutionException, InterruptedException {
        int partitions = checkDeclarations("control topic", topic, "model publish", "the choice of a model is");
        if (partitions > 1) {
            warnings.add("The control topic " + topic + " has " + partitions + " partitions, between which there is"
                    + " no order: which choice of a model is the latest is undefined");
        }
    }

    /**
     * Checks a topic of declarations, each of which holds until there is another one of its key: it must exist, and be
     * compacted.
     *
     * @param kind of the topic
     * @param command that creates it
     * @param declarations what it holds: the beginning of a sentence
     * @return the number of partitions; 0 if it does not exist
     */
    int checkDeclarations(String kind, String topic, String command, String declarations)
            throws ExecutionException, InterruptedException {
        Optional<Integer> partitions = partitions(topic);
        if (partitions.isEmpty()) {
            problems.add("The " + kind + " " + topic + " does not exist: 'bin/vision " + command + "' creates it, or "
                    + creation(topic));
            return 0;
        }
        warnIf(policy -> !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT), "The " + kind + " ", topic,
                declarations + " deleted in time, and a new job reads all earlier ones first");
        return partitions.get();
    }

    /**
     * Checks the topic of states, which no broker creates as it has to be: it must exist, and be compacted.
     *
     * @return whether it exists
     */
    boolean checkStates(String topic) throws ExecutionException, InterruptedException {
        if (partitions(topic).isEmpty()) {
            problems.add("The states topic " + topic + " (events.states-topic) does not exist: create it, compacted, with "
                    + creation(topic));
            return false;
        }
        warnIf(policy -> !policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT), "The states topic ", topic,
                "the state of a camera that does not change is deleted in time, and whoever starts to read it reads all"
                        + " earlier ones first");
        return true;
    }

    private String creation(String topic) {
        return "kafka-topics.sh --create --topic " + topic + " --partitions 1 --config "
                + TopicConfig.CLEANUP_POLICY_CONFIG + "=" + TopicConfig.CLEANUP_POLICY_COMPACT + " --bootstrap-server "
                + String.join(",", bootstrapServers);
    }

    private void warnIf(Predicate<String> isWrong, String start, String topic, String consequence)
            throws ExecutionException, InterruptedException {
        setting(new ConfigResource(ConfigResource.Type.TOPIC, topic), TopicConfig.CLEANUP_POLICY_CONFIG)
                .filter(isWrong)
                .ifPresent(policy -> warnings.add(start + topic + " is not compacted ("
                        + TopicConfig.CLEANUP_POLICY_CONFIG + "=" + policy + "): " + consequence
                        + "; kafka-configs.sh --alter --topic " + topic + " --add-config "
                        + TopicConfig.CLEANUP_POLICY_CONFIG + "=" + TopicConfig.CLEANUP_POLICY_COMPACT
                        + " changes that"));
    }

    /** Empty for a topic that does not exist. */
    private Optional<Integer> partitions(String topic)
            throws ExecutionException, InterruptedException {
        try {
            return Optional.of(
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** A topic's {@code max.message.bytes}; empty if the job may not ask, or the topic does not exist yet. */
    Optional<Integer> largestRecord(String topic, boolean willBeCreated)
            throws ExecutionException, InterruptedException {
        try {
            // Where the job may not read the topic's settings, these would not tell that it is missing.
            admin.describeTopics(List.of(topic)).allTopicNames().get();
            return setting(new ConfigResource(ConfigResource.Type.TOPIC, topic),
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG).map(Integer::valueOf);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
            Optional<String> other = TopicNames.colliding(topic, admin.listTopics().names().get());
            if (other.isPresent()) {
                problems.add("There is no topic " + TopicNames.collision(topic, other.get()));
            } else if (willBeCreated) {
                warnings.add("Topic " + topic + " does not exist; the broker will create it with its default settings");
            } else {
                problems.add("Topic " + topic + " does not exist: create it, for example with kafka-topics.sh --create"
                        + " --topic " + topic + " --bootstrap-server "
                        + String.join(",", bootstrapServers));
            }
            return Optional.empty();
        }
    }

    Optional<String> setting(ConfigResource resource, String name)
            throws ExecutionException, InterruptedException {
        try {
            return Optional.ofNullable(admin.describeConfigs(List.of(resource)).all()
                            .get().get(resource).get(name))
                    .map(ConfigEntry::value);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                warnings.add("The job may not read " + name + " of "
                        + resource.type().name().toLowerCase(Locale.ROOT) + " " + resource.name()
                        + ", so it is not checked");
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A camera's pictures take gigabytes a day, and somebody looks at the last ones. */
    void checkRetention(String topic) throws ExecutionException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        if (setting(resource, TopicConfig.CLEANUP_POLICY_CONFIG)
                .filter(TopicConfig.CLEANUP_POLICY_DELETE::equals).isEmpty()) {
            return;
        }
        setting(resource, TopicConfig.RETENTION_MS_CONFIG).map(Long::parseLong)
                .filter(millis -> millis < 0 || millis > LONG_RETENTION.toMillis())
                .ifPresent(millis -> warnings.add("Topic " + topic + " keeps the cameras' pictures "
                        + (millis < 0 ? "for ever" : "for " + Duration.ofMillis(millis).toHours() + " hours")
                        + " (" + TopicConfig.RETENTION_MS_CONFIG + "), and those of a camera may take gigabytes a day;"
                        + " kafka-configs.sh --alter --topic " + topic + " --add-config "
                        + TopicConfig.RETENTION_MS_CONFIG + "=3600000," + TopicConfig.SEGMENT_MS_CONFIG
                        + "=600000 keeps an hour"));
    }
}
