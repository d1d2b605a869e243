package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.EventsDefinition;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.KafkaJob;
import io.flinkvision.job.pipeline.LossWarnings;
import io.flinkvision.job.pipeline.SubmittedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision job check}: what is wrong with a job file, without running anything. */
@Command(
        name = "check",
        description = "Say what is wrong with a job file and its model, without running anything.",
        footer = {"", "Exits with 0 when the job can be submitted, 1 when not, 2 when it was called wrongly."})
final class JobCheckCommand implements Runnable {

    @Parameters(paramLabel = "FILE", description = "The job file, such as jobs/classify.yaml.")
    private Path file;

    @Option(names = "--set", paramLabel = "PATH=VALUE", description = "Set a key of the job file: --set sink.topic=t")
    private List<String> overrides = List.of();

    @Option(names = "--brokers", description = "Ask the Kafka brokers too: about topics, sizes and transactions.")
    private boolean brokers;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (EventsDefinition.isIn(file)) {
            checkEvents();
        } else {
            checkClassify();
        }
    }

    private void checkEvents() {
        EventsDefinition job = EventsDefinition.read(file, System.getenv(), overrides);
        checkKafka(job);
        spec.commandLine().getOut().println(file + " is sound: " + input(job) + " -> events -> " + job.sink().topic()
                + ", dead letters to " + job.sink().deadLetterTopic());
    }

    private void checkKafka(KafkaJob job) {
        LossWarnings.of(job).forEach(this::warn);
        if (brokers) {
            BrokerCheck.Answer answer = BrokerCheck.ask(job);
            answer.warnings().forEach(this::warn);
            answer.requireNoProblems(file);
        }
    }

    private void warn(String warning) {
        spec.commandLine().getErr().println("Warning: " + warning);
    }

    private void checkClassify() {
        JobDefinition job = JobDefinition.read(file, System.getenv(), overrides);
        Optional<ModelBundle> bundle = job.model().localFolder().map(ModelBundle::read);
        bundle.ifPresent(SubmittedModel::requireUsable);
        checkKafka(job);
        spec.commandLine().getOut().println(file + " is sound: " + description(job, bundle));
        if (bundle.isEmpty()) {
            spec.commandLine().getErr().println(
                    "The model at " + job.model().bundle() + " is read when the job is submitted.");
        }
    }

    private static String description(JobDefinition job, Optional<ModelBundle> bundle) {
        String model = bundle.map(found -> found.name() + " (" + found.labels().size() + " classes)")
                .orElse(job.model().bundle());
        return input(job) + " -> " + model + " -> " + job.sink().topic()
                + job.events().map(events -> ", events to " + events.topic()).orElse("") + ", dead letters to "
                + job.sink().deadLetterTopic();
    }

    private static String input(KafkaJob job) {
        return job.source().topicPattern()
                .map(Pattern::pattern)
                .orElse(String.join(", ", job.source().topics()));
    }
}
