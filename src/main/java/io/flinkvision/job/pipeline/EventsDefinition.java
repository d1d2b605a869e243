package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.Configuration;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the file of an events job says, checked: {@link JobOptions} and {@link EventOptions} explain each value.
 *
 * @param name the job's name
 * @param parallelism of every operator; empty for the cluster's
 * @param checkpointInterval between checkpoints
 * @param source the topics of the labels
 * @param sink the topics of the events and of the dead letters
 * @param events what counts as an event
 */
public record EventsDefinition(
        String name,
        Optional<Integer> parallelism,
        Duration checkpointInterval,
        JobDefinition.Source source,
        JobDefinition.Sink sink,
        EventSettings events) implements KafkaJob {

    /** The keys of an events job's file: those of a classify job's that are about Kafka, and those about events. */
    static final List<Option<?>> OPTIONS = Stream.concat(
            Stream.of(JobOptions.NAME, JobOptions.PARALLELISM, JobOptions.CHECKPOINT_INTERVAL, JobOptions.KAFKA_PROPERTIES,
                    JobOptions.SOURCE_BOOTSTRAP_SERVERS, JobOptions.SOURCE_TOPICS, JobOptions.SOURCE_TOPIC_PATTERN,
                    JobOptions.SOURCE_GROUP, JobOptions.SOURCE_STARTING_OFFSETS, JobOptions.SOURCE_PARALLELISM,
                    JobOptions.SOURCE_PROPERTIES,
                    JobOptions.SINK_TOPIC, JobOptions.SINK_BOOTSTRAP_SERVERS, JobOptions.SINK_GUARANTEE,
                    JobOptions.SINK_TRANSACTION_TIMEOUT, JobOptions.SINK_PROPERTIES, JobOptions.DEAD_LETTERS_TOPIC),
            EventOptions.RULES.stream()).toList();

    /** Kafka's own limit for a record, unless somebody raises it: far more than labels take. */
    private static final long LARGEST_LABELS_BYTES = 1 << 20;

    /**
     * Reads a job file.
     *
     * @param environment the variables that its values may refer to
     * @param overrides {@code path=value} each
     * @throws ConfigurationException with everything that is wrong in it
     */
    public static EventsDefinition read(Path file, Map<String, String> environment, List<String> overrides) {
        Configuration configuration = ConfigurationReader.read(file, OPTIONS, environment, overrides);
        List<Problem> problems = new ArrayList<>();
        JobFileChecks.checkKafka(configuration, problems);
        EventSettings.check(configuration, problems);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new EventsDefinition(
                configuration.get(JobOptions.NAME),
                configuration.find(JobOptions.PARALLELISM),
                configuration.get(JobOptions.CHECKPOINT_INTERVAL),
                JobDefinition.source(configuration),
                JobDefinition.sink(configuration),
                EventSettings.of(configuration, configuration.get(JobOptions.SINK_TOPIC)));
    }

    /**
     * Whether a file is one of an events job rather than of a classify job: it has events and no model.
     *
     * @throws ConfigurationException if it cannot be read, or is no YAML
     */
    public static boolean isIn(Path file) {
        List<String> sections = ConfigurationReader.sections(file);
        return sections.contains("events") && !sections.contains("model");
    }

    @Override
    public long largestValueBytes() {
        return LARGEST_LABELS_BYTES;
    }

    @Override
    public Optional<String> controlTopic() {
        return Optional.empty();
    }

    @Override
    public List<String> outputTopics() {
        return List.of(sink.topic());
    }
}
