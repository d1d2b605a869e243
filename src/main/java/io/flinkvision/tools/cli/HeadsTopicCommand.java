package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.tools.publish.HeadsTopic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that reads or writes the topic that declares a job's regions. */
abstract class HeadsTopicCommand extends VisionCommand {

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--topic", paramLabel = "TOPIC",
            description = "The heads topic (default: the job file's model.heads-topic).")
    private Optional<String> topic = Optional.empty();

    final KafkaArguments kafka() {
        return kafka;
    }

    final String topic(JobDefinition job) {
        return topic.or(() -> job.find(JobOptions.MODEL_HEADS_TOPIC)).orElseThrow(() -> wrongUse(
                "The job file has no model.heads-topic, so its job reads no declarations; use --topic to name one"));
    }

    final HeadsTopic headsTopic(JobDefinition job) {
        return new HeadsTopic(topic(job), kafka.inputAdmin(job), kafka.inputProducer(job), kafka.inputConsumer(job));
    }

    /**
     * The network that the job's heads must have been taught on.
     *
     * @throws ModelException if the job's model cannot be read, or cut at its pooled features
     */
    static Backbone backbone(JobDefinition job) {
        Optional<Path> folder = job.localBundle();
        if (folder.isPresent()) {
            return Backbone.of(ModelBundle.read(folder.get()));
        }
        try (BundleLocation.LocalBundle copy = new BundleLocation.Remote(job.bundle()).download()) {
            return Backbone.of(copy.bundle());
        } catch (IOException e) {
            throw new ModelException(e.getMessage(), e);
        }
    }
}
