package io.flinkvision.tools.cli;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
final class HeadPublishCommand extends HeadsTopicCommand implements Runnable {

    @Parameters(paramLabel = "KEY", description = "CAMERA/REGION, or '*/REGION' for all cameras.")
    private RegionKey key;

    @Option(names = "--box", paramLabel = "X,Y,WIDTH,HEIGHT", required = true, split = ",",
            splitSynopsisLabel = ",",
            description = "The region in fractions of the upright picture, from 0 to 1; X and Y are its upper left"
                    + " corner.")
    private List<Double> box = List.of();

    @Option(names = "--every", paramLabel = "TIME",
            description = "The minimum time between two answers, by the frames' capture times, such as 1s or 500ms"
                    + " (default: an answer to each frame).")
    private Optional<Duration> every = Optional.empty();

    @Option(names = "--head", paramLabel = "FILE",
            description = "The file of the head that answers (default: the classes of the job's own model answer).")
    private Optional<Path> head = Optional.empty();

    @Override
    public void run() {
        RegionBox checked = box();
        JobDefinition job = kafka().job();
        Region region = new Region(key, checked, every, head.map(Head::read));
        print(headsTopic(job).publish(region, backbone(job), this::log).toString());
        log("Jobs that read topic " + topic(job) + " answer in " + key + " with "
                + region.head().map(it -> "the head " + it).orElse("the classes of their model") + ".");
    }

    private RegionBox box() {
        try {
            return RegionBox.of(box);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), "Invalid value for option '--box': " + e.getMessage(), e);
        }
    }
}
