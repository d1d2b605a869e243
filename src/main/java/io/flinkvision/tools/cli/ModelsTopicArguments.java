package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.tools.publish.ModelsTopic;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of commands that write to the topic that chooses the model of running jobs. */
final class ModelsTopicArguments {

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--topic", paramLabel = "TOPIC",
            description = "The topic to write to (default: the job file's model.control-topic).")
    private Optional<String> topic = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    JobDefinition job() {
        return kafka.job();
    }

    /** Whether the command line names another topic than the job file. */
    boolean isNamed() {
        return topic.isPresent();
    }

    /** @throws ParameterException if the job has no such topic, and none is named */
    ModelsTopic topic(JobDefinition job) {
        String name = topic.or(() -> job.find(JobOptions.MODEL_CONTROL_TOPIC)).orElseThrow(() -> new ParameterException(
                spec.commandLine(),
                "The job file has no model.control-topic, so its job reads no choices; use --topic to name one"));
        return new ModelsTopic(name, kafka.inputAdmin(job), kafka.inputProducer(job), kafka.inputConsumer(job));
    }
}
