package io.flinkvision.tools.cli;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.publish.HeadsTopic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision head publish}: declares a region of a camera, and the head that answers there, to running jobs. */
@Command(
        name = "publish",
        description = {
            "Declare a region of a camera's pictures, and the head that answers there, to running jobs, without a"
                    + " restart: checks them with the job's model, and writes them to the topic that the jobs'"
                    + " model.heads-topic names.",
            "A job that cannot use it keeps what it has, and reports the reason in its dead-letter topic."
        },
        footer = {"",
            "The topic is created if missing: compacted, with one partition.",
            "Exit status: 0 if it was published, 1 if not, 2 on wrong usage."})
final class HeadPublishCommand extends VisionCommand implements Runnable {

    @Parameters(paramLabel = "KEY", description = "CAMERA/REGION, or '*/REGION' for all cameras.")
    private RegionKey key;

    @Option(names = "--box", paramLabel = "X,Y,WIDTH,HEIGHT", required = true,
            description = "The region in fractions of the upright picture, from 0 to 1; X and Y are its upper left"
                    + " corner.")
    private RegionBox box;

    @Option(names = "--every", paramLabel = "TIME",
            description = "The minimum time between two answers, by the frames' capture times, such as 1s or 500ms"
                    + " (default: an answer to each frame).")
    private Optional<Duration> every = Optional.empty();

    @Option(names = "--head", paramLabel = "FILE",
            description = "The file of the head that answers (default: the classes of the job's own model answer).")
    private Optional<Path> head = Optional.empty();

    @Mixin
    private HeadsTopicArguments heads;

    @Override
    public void run() {
        JobDefinition job = heads.job();
        HeadsTopic topic = heads.topic(job);
        Region region = new Region(key, box, every, head.map(Head::read));
        print(topic.publish(region, HeadsTopicArguments.backbone(job), this::log).toString());
        log("Jobs that read topic " + topic.name() + " answer in " + key + " with "
                + region.head().map(it -> "the head " + it).orElse("the classes of their model") + ".");
    }
}
