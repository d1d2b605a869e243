package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.CamerasDefinition;
import io.flinkvision.job.pipeline.EventsDefinition;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.pipeline.KafkaJob;
import io.flinkvision.job.pipeline.Submission;
import io.flinkvision.job.region.Regions;
import io.flinkvision.tools.publish.DeclaredRegions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision job check}: the problems of a job file. */
@Command(
        name = "check",
        description = "Check a job file and its model without running anything, and list the regions that the job would"
                + " apply.",
        footer = {"", "Exits with 0 if the job can be submitted, 1 if not, 2 on wrong usage."})
final class JobCheckCommand implements Runnable {

    @Parameters(paramLabel = "FILE", description = "The job file, such as jobs/classify.yaml.")
    private Path file;

    @Option(names = "--set", paramLabel = "PATH=VALUE", description = "Set a key of the job file: --set sink.topic=t")
    private List<String> overrides = List.of();

    @Option(names = "--brokers", description = "Ask the Kafka brokers too: about access, topics, sizes and transactions.")
    private boolean brokers;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (EventsDefinition.isIn(file)) {
            EventsDefinition job = EventsDefinition.read(file, System.getenv(), overrides);
            checkKafka(job);
            say(job, "events");
        } else if (CamerasDefinition.isIn(file)) {
            CamerasDefinition job = CamerasDefinition.read(file, System.getenv(), overrides);
            job.cameras();
            checkKafka(job);
            say(job, "cameras");
        } else {
            checkClassify(JobDefinition.read(file, System.getenv(), overrides));
        }
    }

    private void checkClassify(JobDefinition job) {
        job.cameras();
        Optional<ModelBundle> bundle = job.localBundle().map(ModelBundle::read);
        bundle.ifPresent(Submission::requireUsable);
        Optional<Backbone> backbone = bundle.flatMap(job::backbone);
        Optional<Regions> regions = backbone.map(job::regions);
        checkKafka(job);
        say(job, bundle.map(found -> found.name() + " (" + found.labels().size() + " classes)").orElse(job.bundle()));
        backbone.ifPresent(network -> listRegions(job, new DeclaredRegions(network, regions.orElseThrow())));
        if (bundle.isEmpty()) {
            spec.commandLine().getErr().println("The model at " + job.bundle() + " is read when the job is submitted.");
        }
    }

    /** Lists the regions that the job would apply, those of its heads topic only if the brokers may be asked. */
    private void listRegions(JobDefinition job, DeclaredRegions declared) {
        Optional<String> topic = job.find(JobOptions.MODEL_HEADS_TOPIC);
        if (brokers && topic.isPresent()) {
            Properties consumer = new Properties();
            consumer.putAll(job.sourceProperties());
            consumer.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    String.join(",", job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)));
            declared.read(consumer, topic.get());
        }
        new RegionText(declared.all(), declared.refusals()).table().forEach(spec.commandLine().getOut()::println);
        if (!brokers && topic.isPresent()) {
            spec.commandLine().getErr().println("The regions of topic " + topic.get() + " are listed with --brokers.");
        }
    }

    private void checkKafka(KafkaJob job) {
        job.warnings().forEach(this::warn);
        if (brokers) {
            BrokerCheck.Answer answer = BrokerCheck.ask(job);
            answer.warnings().forEach(this::warn);
            answer.requireNoProblems(file);
        }
    }

    private void warn(String warning) {
        spec.commandLine().getErr().println("Warning: " + warning);
    }

    private void say(KafkaJob job, String process) {
        String input = job.find(JobOptions.SOURCE_TOPIC_PATTERN).map(Pattern::pattern)
                .or(() -> job.find(JobOptions.SOURCE_CAMERAS))
                .or(() -> job.find(JobOptions.SOURCE_CAMERAS_TOPIC))
                .orElse(String.join(", ", job.get(JobOptions.SOURCE_TOPICS)));
        spec.commandLine().getOut().println(file + " is valid: " + input + " -> " + process + " -> "
                + job.get(JobOptions.SINK_TOPIC)
                + job.find(JobOptions.EVENTS_TOPIC).map(topic -> ", events to " + topic).orElse("")
                + job.find(JobOptions.EVENTS_STATES_TOPIC).map(topic -> ", states to " + topic).orElse("")
                + job.find(JobOptions.DEAD_LETTERS_TOPIC).map(topic -> ", dead letters to " + topic).orElse(""));
    }
}
