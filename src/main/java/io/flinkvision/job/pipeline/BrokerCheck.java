package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.Problem;
import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.kafka.ClientProperties;
import io.flinkvision.job.kafka.TopicNames;
import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import java.nio.file.Path;
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
 * Asks the brokers, before a job starts, about what would otherwise fail it later: whether the topics are there,
 * whether transactions may last as long as the job file says, and how large a dead letter may be.
 */
public final class BrokerCheck {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String MAX_TRANSACTION_TIMEOUT = "transaction.max.timeout.ms";
    private static final String AUTO_CREATE_TOPICS = "auto.create.topics.enable";

    private final KafkaJob job;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private BrokerCheck(KafkaJob job) {
        this.job = job;
    }

    /**
     * What the brokers answered.
     *
     * @param problems what keeps the job from running
     * @param warnings what it can run with, but somebody should know
     * @param largestDeadLetter bytes of the largest record that the dead-letter topic takes
     */
    public record Answer(List<String> problems, List<String> warnings, int largestDeadLetter) {

        public Answer {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }

        /**
         * Does nothing where nothing keeps the job from running.
         *
         * @param file the job file, which the error names
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

    /** What is assumed of brokers that have not been asked. */
    public static Answer unasked(KafkaJob job) {
        return new Answer(List.of(), List.of(), assumedLargestDeadLetter(job));
    }

    private static int assumedLargestDeadLetter(KafkaJob job) {
        return (int) (job.largestValueBytes() + KafkaClients.RECORD_OVERHEAD_BYTES);
    }

    private Answer ask() {
        int largestDeadLetter = assumedLargestDeadLetter(job);
        try (Admin input = admin(job.source().bootstrapServers(), new KafkaClients(job).consumerProperties());
                Admin output = admin(job.sink().bootstrapServers(), new KafkaClients(job).producerProperties())) {
            new AccessCheck(input, problems::add).ask(RequiredAccess.ofInput(job));
            new AccessCheck(output, problems::add).ask(RequiredAccess.ofOutput(job));
            if (!problems.isEmpty()) {
                // Of what the job may not see, nothing else can be told.
                return new Answer(problems, warnings, largestDeadLetter);
            }
            boolean createsTopics = checkOutputBroker(output);
            int largestInput = 0;
            for (String topic : job.source().topics()) {
                largestInput = Math.max(largestInput, largestRecord(input, topic, false).orElse(0));
            }
            if (job.controlTopic().isPresent()) {
                checkControlTopic(input, job.controlTopic().get());
            }
            for (String topic : job.outputTopics()) {
                warnOfRefusal(topic, largestRecord(output, topic, createsTopics), LargestRecord.ofAnswers(job));
            }
            Optional<Integer> deadLetters = largestRecord(output, job.sink().deadLetterTopic(), createsTopics);
            warnOfRefusal(job.sink().deadLetterTopic(), deadLetters, LargestRecord.OF_BARE_DEAD_LETTER);
            largestDeadLetter = deadLetters.orElse(largestDeadLetter);
            if (largestDeadLetter < largestInput) {
                warnings.add("Topic " + job.sink().deadLetterTopic() + " takes records up to " + largestDeadLetter
                        + " bytes (max.message.bytes), but the input's may have " + largestInput
                        + ": dead letters that are too large will go without their value");
            }
        } catch (ExecutionException | KafkaException e) {
            problems.add("The Kafka brokers " + brokers() + " " + ClientFailure.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("The question to the Kafka brokers was interrupted");
        }
        return new Answer(problems, warnings, largestDeadLetter);
    }

    /** A record that the topic refuses fails the job, which writes it again after each restart. */
    private void warnOfRefusal(String topic, Optional<Integer> limit, long largest) {
        limit.filter(bytes -> bytes < largest).ifPresent(bytes -> warnings.add("Topic " + topic + " takes records up"
                + " to " + bytes + " bytes (" + TopicConfig.MAX_MESSAGE_BYTES_CONFIG + "), but the job may write some of "
                + largest + ": one that the topic refuses fails the job, again after each restart;"
                + " kafka-configs.sh --alter --topic " + topic + " --add-config "
                + TopicConfig.MAX_MESSAGE_BYTES_CONFIG + "=" + largest + " makes room"));
    }

    private List<String> brokers() {
        return job.source().bootstrapServers().equals(job.sink().bootstrapServers())
                ? job.source().bootstrapServers()
                : List.of(job.source().bootstrapServers() + " and " + job.sink().bootstrapServers());
    }

    private static Admin admin(List<String> bootstrapServers, Properties clientProperties) {
        Properties properties = ClientProperties.ofAdmin(clientProperties);
        properties.setProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, String.join(",", bootstrapServers));
        properties.setProperty(AdminClientConfig.CLIENT_ID_CONFIG, "flink-vision-broker-check");
        properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS / 2));
        return Admin.create(properties);
    }

    /** Checks the transactions' longest time, and tells whether the broker creates topics when they are written to. */
    private boolean checkOutputBroker(Admin admin) throws ExecutionException, InterruptedException {
        Node broker = admin.describeCluster().nodes().get().iterator().next();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
        if (job.sink().guarantee() == Guarantee.EXACTLY_ONCE) {
            long timeout = job.sink().transactionTimeout().toMillis();
            setting(admin, resource, MAX_TRANSACTION_TIMEOUT)
                    .map(Long::parseLong)
                    .filter(longest -> timeout > longest)
                    .ifPresent(longest -> problems.add("The sink.transaction-timeout of " + timeout
                            + " ms is longer than the broker allows (" + MAX_TRANSACTION_TIMEOUT + "=" + longest
                            + "): shorten the one, or raise the other"));
        }
        return setting(admin, resource, AUTO_CREATE_TOPICS).map(Boolean::parseBoolean).orElse(true);
    }

    /** A control topic must be there, compacted, and of one partition, since the latest of several cannot be told. */
    private void checkControlTopic(Admin admin, String topic) throws ExecutionException, InterruptedException {
        try {
            int partitions = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
            if (partitions > 1) {
                warnings.add("The control topic " + topic + " has " + partitions + " partitions, between which there is"
                        + " no order: which choice of a model is the latest is then a matter of chance");
            }
            setting(admin, new ConfigResource(ConfigResource.Type.TOPIC, topic), TopicConfig.CLEANUP_POLICY_CONFIG)
                    .filter(policy -> !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT))
                    .ifPresent(policy -> warnings.add("The control topic " + topic + " is not compacted ("
                            + TopicConfig.CLEANUP_POLICY_CONFIG + "=" + policy + "): the choice of a model is deleted"
                            + " with time, and a new job reads all choices before the latest; kafka-configs.sh --alter"
                            + " --topic " + topic + " --add-config " + TopicConfig.CLEANUP_POLICY_CONFIG + "="
                            + TopicConfig.CLEANUP_POLICY_COMPACT + " changes that"));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
            problems.add("The control topic " + topic + " does not exist: 'bin/vision model publish' makes it, or"
                    + " kafka-topics.sh --create --topic " + topic + " --partitions 1 --config "
                    + TopicConfig.CLEANUP_POLICY_CONFIG + "=" + TopicConfig.CLEANUP_POLICY_COMPACT
                    + " --bootstrap-server " + String.join(",", job.source().bootstrapServers()));
        }
    }

    /** A topic's {@code max.message.bytes}; empty where the job may not ask, or the topic is not there yet. */
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
                        + String.join(",", job.source().bootstrapServers()));
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
