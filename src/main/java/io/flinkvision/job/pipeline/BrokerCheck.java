package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.kafka.ClientProperties;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Asks the brokers, before a job starts, about what would otherwise fail it later: access, topics, the timeout of
 * transactions and the sizes of records.
 */
public final class BrokerCheck {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String MAX_TRANSACTION_TIMEOUT = "transaction.max.timeout.ms";

    /** Kafka's default for a topic, of which nothing is known. */
    private static final int ASSUMED_LARGEST_PICTURE = 1_048_588;

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

    /** Asks the brokers that a job file names, and the schema registry if it names one. */
    public static Answer ask(KafkaJob job) {
        BrokerCheck check = new BrokerCheck(job);
        check.problems.addAll(SinkFormat.problems(job));
        return check.ask();
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
            TopicCheck topics = new TopicCheck(
                    input, job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS), problems, warnings);
            int largestInput = 0;
            for (String topic : job.get(JobOptions.SOURCE_TOPICS)) {
                largestInput = Math.max(largestInput, topics.largestRecord(topic, false).orElse(0));
            }
            Optional<String> controlTopic = job.find(JobOptions.MODEL_CONTROL_TOPIC);
            if (controlTopic.isPresent()) {
                topics.checkControlTopic(controlTopic.get());
            }
            Optional<String> headsTopic = job.find(JobOptions.MODEL_HEADS_TOPIC);
            if (headsTopic.isPresent()) {
                topics.checkDeclarations("heads topic", headsTopic.get(), "head publish", "the declarations of regions"
                        + " are");
            }
            Optional<String> camerasTopic = job.find(JobOptions.SOURCE_CAMERAS_TOPIC);
            if (camerasTopic.isPresent()) {
                topics.checkDeclarations("topic of cameras", camerasTopic.get(), "camera add", "cameras are");
            }
            TopicCheck written = new TopicCheck(
                    output, job.get(JobOptions.SINK_BOOTSTRAP_SERVERS), problems, warnings);
            if (job instanceof CamerasDefinition) {
                checkFrames(written, createsTopics);
            } else {
                checkAnswers(written, createsTopics, largestInput);
            }
        } catch (ExecutionException | KafkaException e) {
            problems.add("The Kafka brokers " + brokers() + " " + ClientFailure.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("The check of the Kafka brokers was interrupted");
        }
        return new Answer(problems, warnings, largestDeadLetter, largestPicture);
    }

    /** Checks the topics of labels, events, states and pictures, and that of the dead letters. */
    private void checkAnswers(TopicCheck output, boolean createsTopics, int largestInput)
            throws ExecutionException, InterruptedException {
        KafkaClients kafka = new KafkaClients(job);
        Optional<String> pictures = job.find(JobOptions.PICTURES_TOPIC);
        Optional<String> states = job.find(JobOptions.EVENTS_STATES_TOPIC);
        for (String topic : job.outputTopics()) {
            if (states.equals(Optional.of(topic)) && !output.checkStates(topic)) {
                continue;
            }
            Optional<Integer> largest = output.largestRecord(topic, createsTopics);
            if (!pictures.equals(Optional.of(topic))) {
                warnOfRefusal(topic, largest, kafka.maxAnswerBytes());
            } else if (largest.isPresent()) {
                // Larger ones are left out, so the topic refuses none.
                largestPicture = largest.get();
                output.checkRetention(topic);
            }
        }
        String deadLetterTopic = job.get(JobOptions.DEAD_LETTERS_TOPIC);
        Optional<Integer> deadLetters = output.largestRecord(deadLetterTopic, createsTopics);
        warnOfRefusal(deadLetterTopic, deadLetters, KafkaClients.BARE_DEAD_LETTER_BYTES);
        largestDeadLetter = deadLetters.orElse(largestDeadLetter);
        if (largestDeadLetter < largestInput) {
            warnings.add("Topic " + deadLetterTopic + " accepts records up to " + largestDeadLetter
                    + " bytes (max.message.bytes), but records of the input may have " + largestInput
                    + ": dead letters that are too large will be written without their value");
        }
    }

    /** Checks the topic of a cameras job. */
    private void checkFrames(TopicCheck output, boolean createsTopics) throws ExecutionException, InterruptedException {
        KafkaClients kafka = new KafkaClients(job);
        String topic = job.get(JobOptions.SINK_TOPIC);
        Optional<Integer> largest = output.largestRecord(topic, createsTopics);
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
        TopicCheck settings = new TopicCheck(admin, job.get(JobOptions.SINK_BOOTSTRAP_SERVERS), problems, warnings);
        if (job.isExactlyOnce()) {
            long timeout = job.get(JobOptions.SINK_TRANSACTION_TIMEOUT).toMillis();
            settings.setting(resource, MAX_TRANSACTION_TIMEOUT)
                    .map(Long::parseLong)
                    .filter(longest -> timeout > longest)
                    .ifPresent(longest -> problems.add("The sink.transaction-timeout of " + timeout
                            + " ms is longer than the broker allows (" + MAX_TRANSACTION_TIMEOUT + "=" + longest
                            + "): lower the former or raise the latter"));
        }
        return settings.setting(resource, AUTO_CREATE_TOPICS).map(Boolean::parseBoolean).orElse(true);
    }
}
