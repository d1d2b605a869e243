package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.job.camera.CameraDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file of a cameras job.
 *
 * @param folder of the file
 */
public record CamerasDefinition(OptionValues values, Path folder) implements KafkaJob {

    /**
     * Reads a job file.
     *
     * @param environment the variables that its values may refer to
     * @param overrides {@code path=value} each
     * @throws ConfigurationException with all problems of the file
     */
    public static CamerasDefinition read(Path file, Map<String, String> environment, List<String> overrides) {
        OptionValues values = ConfigurationReader.read(file, JobOptions.CAMERAS, environment, overrides);
        Optional<Problem> problem = KafkaChecks.pictures(Optional.empty(), values)
                .map(message -> values.problem(JobOptions.SOURCE_CAMERAS, message));
        if (problem.isPresent()) {
            throw new ConfigurationException(List.of(problem.get()));
        }
        return new CamerasDefinition(values, file.toAbsolutePath().getParent());
    }

    /**
     * Whether a file is one of a cameras job: it has neither a model nor events nor dead letters.
     *
     * @throws ConfigurationException if it cannot be read or is not YAML
     */
    public static boolean isIn(Path file) {
        List<String> sections = ConfigurationReader.sections(file);
        return sections.contains("source")
                && sections.stream().noneMatch(List.of("model", "events", "dead-letters")::contains);
    }

    /**
     * The cameras to read.
     *
     * @throws ConfigurationException with all problems of the file of cameras
     */
    public CameraDirectory cameras() {
        return JobCameras.of(values, folder).orElseThrow();
    }

    @Override
    public List<String> outputTopics() {
        return List.of(get(JobOptions.SINK_TOPIC));
    }
}
