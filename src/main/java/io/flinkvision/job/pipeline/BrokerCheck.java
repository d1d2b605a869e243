package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.kafka.ClientProperties;
import io.flinkvision.job.kafka.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the brokers, before a job starts, about what would otherwise fail it later: access, topics, the timeout of
 * transactions and the sizes of records.
 */
public final class BrokerCheck {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String MAX_TRANSACTION_TIMEOUT = "transaction.max.timeout.ms";

    /** Kafka's default for a topic, of which nothing is known. */
    private static final int ASSUMED_LARGEST_PICTURE = 1_048_588;

    /** Enough to teach with the pictures of a day. */
    private static final Duration LONG_RETENTION = Duration.ofDays(1);

    private static final String AUTO_CREATE_TOPICS = "auto.create.topics.enable";

    private final KafkaJob job;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private int largestDeadLetter;
    private int largestPicture;

    private BrokerCheck(KafkaJob job) {
        this.job = job;
        largestDeadLetter = assumedLargestDeadLetter(job);
        largestPicture = assumedLargestPicture(job);
    }

    /**
     * The result of the check.
     *
     * @param problems with which the job cannot run
     * @param warnings about what it can run with
     * @param largestDeadLetter bytes of the largest record that the dead-letter topic accepts
     * @param largestPicture likewise of the topic of pictures, or of a cameras job's topic
     */
    public record Answer(List<String> problems, List<String> warnings, int largestDeadLetter, int largestPicture) {

        public Answer {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }

        /**
         * Throws if there are problems.
         *
         * @param file the job file, which the message names
         * @throws ConfigurationException with all problems
         */
        public void requireNoProblems(Path file) {
            if (!problems.isEmpty()) {
                throw new ConfigurationException(
                        problems.stream().map(problem -> new Problem(file.toString(), "", problem)).toList());
            }
        }
    }

    /** Asks the brokers that a job file names. */
    public static Answer ask(KafkaJob job) {
        return new BrokerCheck(job).ask();
    }

    /** The result that is assumed if the brokers are not asked. */
    public static Answer unasked(KafkaJob job) {
        return new Answer(List.of(), List.of(), assumedLargestDeadLetter(job), assumedLargestPicture(job));
    }

    private static int assumedLargestDeadLetter(KafkaJob job) {
        return (int) (new KafkaClients(job).maxValueBytes() + KafkaClients.RECORD_OVERHEAD_BYTES);
    }

    /** The topic of a cameras job is for whole pictures, and so likely to have room for them. */
    private static int assumedLargestPicture(KafkaJob job) {
        return job instanceof CamerasDefinition ? assumedLargestDeadLetter(job) : ASSUMED_LARGEST_PICTURE;
    }

    private Answer ask() {
        KafkaClients kafka = new KafkaClients(job);
        try (Admin input = admin(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS), kafka.consumerProperties());
                Admin output = admin(job.get(JobOptions.SINK_BOOTSTRAP_SERVERS), kafka.producerProperties())) {
            checkAccess(input, RequiredAccess.ofInput(job));
            checkAccess(output, RequiredAccess.ofOutput(job));
            if (!problems.isEmpty()) {
                // Whatever the job may not access cannot be checked any further.
                return new Answer(problems, warnings, largestDeadLetter, largestPicture);
            }
            boolean createsTopics = checkOutputBroker(output);
            int largestInput = 0;
            for (String topic : job.get(JobOptions.SOURCE_TOPICS)) {
                largestInput = Math.max(largestInput, largestRecord(input, topic, false).orElse(0));
            }
            Optional<String> controlTopic = job.find(JobOptions.MODEL_CONTROL_TOPIC);
            if (controlTopic.isPresent()) {
                checkControlTopic(input, controlTopic.get());
            }
            Optional<String> headsTopic = job.find(JobOptions.MODEL_HEADS_TOPIC);
            if (headsTopic.isPresent()) {
                checkDeclarations(input, "heads topic", headsTopic.get(), "head publish", "the declarations of regions"
                        + " are");
            }
            Optional<String> camerasTopic = job.find(JobOptions.SOURCE_CAMERAS_TOPIC);
            if (camerasTopic.isPresent()) {
                checkDeclarations(input, "topic of cameras", camerasTopic.get(), "camera add", "cameras are");
            }
            if (job instanceof CamerasDefinition) {
                checkFrames(output, createsTopics);
            } else {
                checkAnswers(output, createsTopics, largestInput);
            }
        } catch (ExecutionException | KafkaException e) {
            problems.add("The Kafka brokers " + brokers() + " " + ClientFailure.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("The check of the Kafka brokers was interrupted");
        }
        return new Answer(problems, warnings, largestDeadLetter, largestPicture);
    }

    /** Checks the topics of labels, events and pictures, and that of the dead letters. */
    private void checkAnswers(Admin output, boolean createsTopics, int largestInput)
            throws ExecutionException, InterruptedException {
        KafkaClients kafka = new KafkaClients(job);
        Optional<String> pictures = job.find(JobOptions.PICTURES_TOPIC);
        for (String topic : job.outputTopics()) {
            Optional<Integer> largest = largestRecord(output, topic, createsTopics);
            if (!pictures.equals(Optional.of(topic))) {
                warnOfRefusal(topic, largest, kafka.maxAnswerBytes());
            } else if (largest.isPresent()) {
                // Larger ones are left out, so the topic refuses none.
                largestPicture = largest.get();
                checkRetention(output, topic);
            }
        }
        String deadLetterTopic = job.get(JobOptions.DEAD_LETTERS_TOPIC);
        Optional<Integer> deadLetters = largestRecord(output, deadLetterTopic, createsTopics);
        warnOfRefusal(deadLetterTopic, deadLetters, KafkaClients.BARE_DEAD_LETTER_BYTES);
        largestDeadLetter = deadLetters.orElse(largestDeadLetter);
        if (largestDeadLetter < largestInput) {
            warnings.add("Topic " + deadLetterTopic + " accepts records up to " + largestDeadLetter
                    + " bytes (max.message.bytes), but records of the input may have " + largestInput
                    + ": dead letters that are too large will be written without their value");
        }
    }

    /** Checks the topic of a cameras job. */
    private void checkFrames(Admin output, boolean createsTopics) throws ExecutionException, InterruptedException {
        KafkaClients kafka = new KafkaClients(job);
        String topic = job.get(JobOptions.SINK_TOPIC);
        Optional<Integer> largest = largestRecord(output, topic, createsTopics);
        largestPicture = largest.orElse(largestPicture);
        long largestFrame = kafka.maxFrameBytes(largestPicture);
        if (largest.isPresent() && largestFrame < kafka.maxFrameBytes(Integer.MAX_VALUE)) {
            warnings.add("Topic " + topic + " accepts records up to " + largestPicture + " bytes ("
                    + TopicConfig.MAX_MESSAGE_BYTES_CONFIG + "), less than max-image-bytes and the rest of a record:"
                    + " frames of more than " + largestFrame + " bytes will be dropped");
        }
    }

    private void checkAccess(Admin admin, List<RequiredAccess> needed)
            throws ExecutionException, InterruptedException {
        for (RequiredAccess access : needed) {
            if (!access.isAllowed(admin)) {
                problems.add(access.complaint());
            }
        }
    }

    /** A record that the topic refuses fails the job, which writes it again after each restart. */
    private void warnOfRefusal(String topic, Optional<Integer> limit, long largest) {
        limit.filter(bytes -> bytes < largest).ifPresent(bytes -> warnings.add("Topic " + topic + " accepts records up"
                + " to " + bytes + " bytes (" + TopicConfig.MAX_MESSAGE_BYTES_CONFIG + "), but the job may write some"
                + " of " + largest + ": one that the topic refuses fails the job, again after each restart;"
                + " kafka-configs.sh --alter --topic " + topic + " --add-config "
                + TopicConfig.MAX_MESSAGE_BYTES_CONFIG + "=" + largest + " makes room"));
    }

    /** A camera's pictures take gigabytes a day, and somebody looks at the last ones. */
    private void checkRetention(Admin admin, String topic) throws ExecutionException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        if (setting(admin, resource, TopicConfig.CLEANUP_POLICY_CONFIG)
                .filter(TopicConfig.CLEANUP_POLICY_DELETE::equals).isEmpty()) {
            return;
        }
        setting(admin, resource, TopicConfig.RETENTION_MS_CONFIG).map(Long::parseLong)
                .filter(millis -> millis < 0 || millis > LONG_RETENTION.toMillis())
                .ifPresent(millis -> warnings.add("Topic " + topic + " keeps the cameras' pictures "
                        + (millis < 0 ? "for ever" : "for " + Duration.ofMillis(millis).toHours() + " hours")
                        + " (" + TopicConfig.RETENTION_MS_CONFIG + "), and those of a camera may take gigabytes a day;"
                        + " kafka-configs.sh --alter --topic " + topic + " --add-config "
                        + TopicConfig.RETENTION_MS_CONFIG + "=3600000," + TopicConfig.SEGMENT_MS_CONFIG
                        + "=600000 keeps an hour"));
    }

    private List<String> brokers() {
        List<String> source = job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS);
        List<String> sink = job.get(JobOptions.SINK_BOOTSTRAP_SERVERS);
        return source.equals(sink) ? source : List.of(source + " and " + sink);
    }

    private static Admin admin(List<String> bootstrapServers, Properties clientProperties) {
        Properties properties = ClientProperties.ofAdmin(clientProperties);
        properties.setProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, String.join(",", bootstrapServers));
        properties.setProperty(AdminClientConfig.CLIENT_ID_CONFIG, "flink-vision-broker-check");
        properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS / 2));
        return Admin.create(properties);
    }

    /** Checks the transaction timeout; returns whether the broker creates topics when they are written to. */
    private boolean checkOutputBroker(Admin admin) throws ExecutionException, InterruptedException {
        Node broker = admin.describeCluster().nodes().get().iterator().next();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
        if (job.isExactlyOnce()) {
            long timeout = job.get(JobOptions.SINK_TRANSACTION_TIMEOUT).toMillis();
            setting(admin, resource, MAX_TRANSACTION_TIMEOUT)
                    .map(Long::parseLong)
                    .filter(longest -> timeout > longest)
                    .ifPresent(longest -> problems.add("The sink.transaction-timeout of " + timeout
                            + " ms is longer than the broker allows (" + MAX_TRANSACTION_TIMEOUT + "=" + longest
                            + "): lower the former or raise the latter"));
        }
        return setting(admin, resource, AUTO_CREATE_TOPICS).map(Boolean::parseBoolean).orElse(true);
    }

    /** A control topic has one partition, since there is no order between several. */
    private void checkControlTopic(Admin admin, String topic) throws ExecutionException, InterruptedException {
        int partitions = checkDeclarations(admin, "control topic", topic, "model publish", "the choice of a model is");
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
    private int checkDeclarations(Admin admin, String kind, String topic, String command, String declarations)
            throws ExecutionException, InterruptedException {
        try {
            int partitions = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
            setting(admin, new ConfigResource(ConfigResource.Type.TOPIC, topic), TopicConfig.CLEANUP_POLICY_CONFIG)
                    .filter(policy -> !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT))
                    .ifPresent(policy -> warnings.add("The " + kind + " " + topic + " is not compacted ("
                            + TopicConfig.CLEANUP_POLICY_CONFIG + "=" + policy + "): " + declarations + " deleted in"
                            + " time, and a new job reads all earlier ones first; kafka-configs.sh --alter --topic "
                            + topic + " --add-config " + TopicConfig.CLEANUP_POLICY_CONFIG + "="
                            + TopicConfig.CLEANUP_POLICY_COMPACT + " changes that"));
            return partitions;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
            problems.add("The " + kind + " " + topic + " does not exist: 'bin/vision " + command + "' creates it, or"
                    + " kafka-topics.sh --create --topic " + topic + " --partitions 1 --config "
                    + TopicConfig.CLEANUP_POLICY_CONFIG + "=" + TopicConfig.CLEANUP_POLICY_COMPACT
                    + " --bootstrap-server " + String.join(",", job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)));
            return 0;
        }
    }

    /** A topic's {@code max.message.bytes}; empty if the job may not ask, or the topic does not exist yet. */
    private Optional<Integer> largestRecord(Admin admin, String topic, boolean willBeCreated)
            throws ExecutionException, InterruptedException {
        try {
            // Where the job may not read the topic's settings, these would not tell that it is missing.
            admin.describeTopics(List.of(topic)).allTopicNames().get();
            return setting(admin, new ConfigResource(ConfigResource.Type.TOPIC, topic),
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
                        + String.join(",", job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)));
            }
            return Optional.empty();
        }
    }

    private Optional<String> setting(Admin admin, ConfigResource resource, String name)
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
}
