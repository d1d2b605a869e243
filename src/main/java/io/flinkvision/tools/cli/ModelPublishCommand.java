package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelsFolder;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.SelfCheck;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.tools.publish.CompactedTopic;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision model publish}: switches running jobs to another model. */
@Command(
        name = "publish",
        description = {
            "Switch running jobs to a model, without a restart: loads and tests it here, and writes its address and"
                    + " digest to the topic that the jobs' model.control-topic names.",
            "A job that cannot use it keeps its model, and reports the reason in its dead-letter topic."
        },
        footer = {"",
            "The topic is created if missing: compacted, with one partition. TaskManagers must be able to read the"
                + " bundle at its address for as long as it is the latest.",
            "Exit status: 0 if it was published, 1 if not, 2 on wrong usage."})
final class ModelPublishCommand extends VisionCommand implements Runnable {

    @Mixin
    private KafkaArguments kafka;

    @Parameters(arity = "0..1", paramLabel = "BUNDLE",
            description = "A model bundle: a folder, a name in conf/models, or a URI that Flink's file systems read.")
    private Optional<String> bundle = Optional.empty();

    @Option(names = "--at", paramLabel = "URI",
            description = "The address of the bundle for the TaskManagers, if BUNDLE is a copy on this machine.")
    private Optional<String> address = Optional.empty();

    @Option(names = "--submitted",
            description = "Switch back to the model that each job was submitted with, instead of to BUNDLE.")
    private boolean submitted;

    @Option(names = "--topic", paramLabel = "TOPIC",
            description = "The topic to write to (default: the job file's model.control-topic).")
    private Optional<String> topic = Optional.empty();

    @Override
    public void run() {
        if (submitted == bundle.isPresent()) {
            throw wrongUse(submitted
                    ? "BUNDLE and --submitted exclude each other"
                    : "A BUNDLE is missing, or --submitted");
        }
        JobDefinition job = kafka.job();
        String name = topic.or(() -> job.find(JobOptions.MODEL_CONTROL_TOPIC)).orElseThrow(() ->
                wrongUse("The job file has no model.control-topic, so its job reads no choices; use --topic to name one"));
        Optional<ModelChoice> choice = bundle.map(it -> choice(it, job));
        CompactedTopic models = new CompactedTopic(name, kafka.inputAdmin(job), kafka.inputProducer(job));
        models.require(this::log);
        models.publish(Map.of(ModelChoice.KEY, choice.map(ModelChoice::toJson)))
                .forEach(written -> print(written.toString()));
        log("Jobs that read topic " + name + " switch to " + choice
                .map(it -> "the model at " + it.bundle() + " (SHA-256 " + it.digest() + ").")
                .orElse("the model that each was submitted with."));
    }

    private ModelChoice choice(String bundle, JobDefinition job) {
        if (!BundleLocation.isUri(bundle)) {
            Path folder = modelFolder(bundle);
            return choice(ModelBundle.read(folder), address.orElse(folder.toAbsolutePath().toUri().toString()), job);
        }
        try (BundleLocation.LocalBundle copy = new BundleLocation.Remote(bundle).download()) {
            return choice(copy.bundle(), address.orElse(bundle), job);
        } catch (IOException e) {
            throw new ModelException(e.getMessage(), e);
        }
    }

    private ModelChoice choice(ModelBundle model, String address, JobDefinition job) {
        ModelChoice choice;
        try {
            choice = new ModelChoice(address, model.digest());
        } catch (IllegalArgumentException e) {
            throw wrongUse(e.getMessage());
        }
        SelfCheck.load(model, new Device.Cpu(), SelfCheck.TIME_LIMIT).close();
        if ("file".equals(URI.create(address).getScheme())) {
            log("Warning: " + address + " is a folder on this machine, which TaskManagers elsewhere cannot read. Put"
                    + " the bundle where all of them can read it, and give that address with --at URI.");
        }
        job.localBundle().filter(ModelsFolder::isBundle).map(ModelBundle::read)
                .filter(ofTheJob -> !model.preprocessing().takesPixelsOf(ofTheJob.preprocessing()))
                .ifPresent(ofTheJob -> log("Warning: " + model.name() + " resizes pictures differently from "
                        + ofTheJob.name() + ", so a job that was submitted with the latter will refuse it; stop the job"
                        + " with a savepoint, and submit it from there with the new model."));
        return choice;
    }
}
