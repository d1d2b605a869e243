package io.flinkvision.tools.local;

import io.flinkvision.job.pipeline.EventSettings;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.wall.WatchedJob;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/** What the wall must know of a job file; the wall itself knows no jobs. */
public final class WatchedJobs {

    private WatchedJobs() {}

    /**
     * The topics of a job.
     *
     * @param events the topic of the events, where it is not the job file's
     * @param input properties of a consumer of the input topics
     * @param output properties of a consumer of the output topics
     */
    public static WatchedJob of(
            JobDefinition job, Optional<String> events, Properties input, Properties output) {
        return new WatchedJob(
                job.source().topicPattern()
                        .map(Pattern::asMatchPredicate)
                        .orElse(job.source().topics()::contains),
                job.sink().topic(), job.sink().deadLetterTopic(),
                events.or(() -> job.events().map(EventSettings::topic)), job.decode().limits(),
                job.checkpointInterval(), input, output);
    }
}
