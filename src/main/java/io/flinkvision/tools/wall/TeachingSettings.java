package io.flinkvision.tools.wall;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.publish.HeadsTopic;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The settings of a wall that teaches.
 *
 * @param job whose model's network is taught on, and whose regions are shown
 * @param heads the topic that declares regions and heads to the job
 * @param folder of the pictures that people label
 */
public record TeachingSettings(JobDefinition job, HeadsTopic heads, Path folder) {

    public TeachingSettings {
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(heads, "heads");
        Objects.requireNonNull(folder, "folder");
    }
}
