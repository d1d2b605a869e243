package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.OptionValues;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The file of an events job. */
public record EventsDefinition(OptionValues values) implements KafkaJob {

    /**
     * Reads a job file.
     *
     * @param environment the variables that its values may refer to
     * @param overrides {@code path=value} each
     * @throws ConfigurationException with all problems of the file
     */
    public static EventsDefinition read(Path file, Map<String, String> environment, List<String> overrides) {
        return new EventsDefinition(ConfigurationReader.read(file, JobOptions.EVENTS, environment, overrides));
    }

    /**
     * Whether a file is one of an events job rather than of a classify job: it has events and no model.
     *
     * @throws ConfigurationException if it cannot be read or is not YAML
     */
    public static boolean isIn(Path file) {
        List<String> sections = ConfigurationReader.sections(file);
        return sections.contains("events") && !sections.contains("model");
    }

    @Override
    public List<String> outputTopics() {
        return Stream.of(JobOptions.SINK_TOPIC, JobOptions.EVENTS_STATES_TOPIC)
                .flatMap(topic -> find(topic).stream())
                .toList();
    }
}
