package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelsFolder;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.SelfCheck;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.publish.ModelsTopic.Decisions;
import io.flinkvision.tools.publish.ModelsTopic;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
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
            "With --shadow or --canary they try it first: 'vision model comparison' shows how a shadow does, 'vision model"
                    + " promote' makes it the model of all pictures, and 'vision model rollback' ends the trial.",
            "A job that cannot use it keeps its model, and reports the reason in its dead-letter topic."
        },
        footer = {"",
            "The topic is created if missing: compacted, with one partition. TaskManagers must be able to read the"
                + " bundle at its address for as long as it is the latest.",
            "Exit status: 0 if it was published, 1 if not, 2 on wrong usage."})
final class ModelPublishCommand extends VisionCommand implements Runnable {

    @Mixin
    private ModelsTopicArguments models;

    @Parameters(arity = "0..1", paramLabel = "BUNDLE",
            description = "A model bundle: a folder, a name in conf/models, or a URI that Flink's file systems read.")
    private Optional<String> bundle = Optional.empty();

    @Option(names = "--at", paramLabel = "URI",
            description = "The address of the bundle for the TaskManagers, if BUNDLE is a copy on this machine.")
    private Optional<String> address = Optional.empty();

    @Option(names = "--submitted",
            description = "Switch back to the model that each job was submitted with, instead of to BUNDLE.")
    private boolean submitted;

    @Option(names = "--shadow",
            description = "Only compare: the model classifies a sample of the pictures once more, and labels none. The"
                    + " result is in the topic of the job file's model.comparisons-topic.")
    private boolean shadow;

    @Option(names = "--sample", paramLabel = "PERCENT",
            description = "The share of the pictures that a shadow classifies (default: 5%%). It costs as much of the time of"
                    + " the network.")
    private Optional<Percentage> sample = Optional.empty();

    @Option(names = "--canary", paramLabel = "PERCENT",
            description = "Only this share of the cameras is labelled by the model. A larger share keeps the cameras of a"
                    + " smaller one.")
    private Optional<Percentage> canary = Optional.empty();

    @Override
    public void run() {
        if (submitted == bundle.isPresent()) {
            throw wrongUse(submitted
                    ? "BUNDLE and --submitted exclude each other"
                    : "A BUNDLE is missing, or --submitted");
        }
        JobDefinition job = models.job();
        requireSense(job);
        ModelsTopic topic = models.topic(job);
        Optional<ModelChoice> choice = bundle.map(it -> choice(it, job));
        topic.require(this::log);
        if (shadow || canary.isPresent()) {
            tryOut(new ModelCandidate(choice.orElseThrow(), shadow ? Mode.SHADOW : Mode.CANARY,
                    (shadow ? sample : canary).map(Percentage::value)
                            .orElse(ModelCandidate.DEFAULT_SAMPLE_PERCENT)), topic);
        } else {
            replace(new Replacement(choice), topic);
        }
    }

    private void requireSense(JobDefinition job) {
        if (shadow && canary.isPresent() || submitted && (shadow || canary.isPresent())) {
            throw wrongUse("--shadow, --canary and --submitted exclude each other");
        }
        if (sample.isPresent() && !shadow) {
            throw wrongUse("--sample is the share of a --shadow");
        }
        if (shadow && !models.isNamed() && job.find(JobOptions.MODEL_COMPARISONS_TOPIC).isEmpty()) {
            throw wrongUse("The job file has no model.comparisons-topic, so its job would refuse a shadow: add it, stop the"
                    + " job with a savepoint, and submit it from there; or use --canary");
        }
    }

    private void tryOut(ModelCandidate candidate, ModelsTopic topic) {
        topic.tryOut(candidate).forEach(written -> print(written.toString()));
        log("Jobs that read topic " + topic.name() + " try the model at " + candidate.choice().bundle() + " (SHA-256 "
                + candidate.choice().digest() + ") as " + candidate.use() + ", instead of the candidate before if there"
                + " was one. " + (candidate.mode() == Mode.SHADOW
                        ? "All labels stay those of their model. 'vision model comparison' shows how the two agree."
                        : "The labels of those cameras are the new model's.")
                + " 'vision model promote' makes it the model of all pictures, 'vision model rollback' ends the trial.");
    }

    private void replace(Replacement replacement, ModelsTopic topic) {
        Optional<Decisions> before = Optional.empty();
        try {
            before = Optional.of(topic.decisions());
        } catch (ToolException e) {
            log("Warning: 'vision model rollback' will not know the model before, and a candidate may come back: "
                    + e.getMessage());
        }
        topic.replace(replacement, before).forEach(written -> print(written.toString()));
        log("Jobs that read topic " + topic.name() + " switch to " + replacement + "." + before
                .flatMap(Decisions::candidate).map(candidate -> " The trial of " + candidate + " ends.").orElse(""));
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
