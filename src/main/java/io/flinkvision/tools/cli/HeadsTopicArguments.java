package io.flinkvision.tools.cli;

import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.operator.BundleLocation.LocalBundle;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.tools.publish.HeadsTopic;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The options of commands that read or write the topic that declares a job's regions. */
final class HeadsTopicArguments {

    /** The names of all its options. */
    static final List<String> NAMES = List.of(
            HeadsTopicArguments.TOPIC, KafkaArguments.JOB, KafkaArguments.BOOTSTRAP_SERVERS, KafkaArguments.PROPERTY);

    private static final String TOPIC = "--topic";

    @Mixin
    private KafkaArguments kafka;

    @Option(names = TOPIC, paramLabel = "TOPIC",
            description = "The heads topic (default: the job file's model.heads-topic).")
    private Optional<String> topic = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** The job whose regions the topic declares. */
    JobDefinition job() {
        return kafka.job();
    }

    /** @throws ParameterException if the job has no such topic, and none is named */
    HeadsTopic topic(JobDefinition job) {
        String name = topic.or(() -> job.find(JobOptions.MODEL_HEADS_TOPIC)).orElseThrow(() -> new ParameterException(
                spec.commandLine(), "The job file has no model.heads-topic, so its job reads no declarations; use"
                        + " --topic to name one"));
        return new HeadsTopic(name, kafka.inputAdmin(job), kafka.inputProducer(job), kafka.inputConsumer(job));
    }

    /**
     * The options of the command line that name the job and the topic, for a command to repeat. Properties of the Kafka
     * client are left out, which may hold passwords.
     */
    List<String> given() {
        ParseResult parsed = spec.commandLine().getParseResult();
        return Stream.of(KafkaArguments.JOB, KafkaArguments.BOOTSTRAP_SERVERS, TOPIC)
                .filter(parsed::hasMatchedOption)
                .flatMap(name -> parsed.matchedOption(name).originalStringValues().stream()
                        .flatMap(value -> Stream.of(name, value)))
                .toList();
    }

    /**
     * The network that the job's heads must have been taught on.
     *
     * @throws ModelException if the job's model cannot be read, or cut at its pooled features
     */
    static Backbone backbone(JobDefinition job) {
        try (LocalBundle model = job.openModel()) {
            return Backbone.of(model.bundle());
        }
    }
}
