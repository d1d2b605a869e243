package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelsFolder;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.SelfCheck;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.RecordCoordinates;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision model publish}: another model for jobs that are running. */
@Command(
        name = "publish",
        description = {
            "Have running jobs go over to a model, without a restart: load it and try it here, and write its address"
                    + " and digest to the topic that the jobs' model.control-topic names.",
            "A job that cannot use it goes on with the model that it has, and says why in its dead-letter topic."
        },
        footer = {"",
            "The topic is made where it is missing: compacted, of one partition. The TaskManagers must be able to read"
                + " the bundle at its address for as long as it is the latest.",
            "Exits with 0 when it was published, 1 when not, 2 when it was called wrongly."})
final class ModelPublishCommand implements Runnable {

    @Mixin
    private KafkaArguments kafka;

    @Parameters(arity = "0..1", paramLabel = "BUNDLE",
            description = "A model bundle: a folder, a name in conf/models, or a URI that Flink's file systems read.")
    private Optional<String> bundle = Optional.empty();

    @Option(names = "--at", paramLabel = "URI",
            description = "Where the TaskManagers find the same bundle, where BUNDLE is a copy on this machine.")
    private Optional<String> address = Optional.empty();

    @Option(names = "--submitted",
            description = "Go back to the model that each job was submitted with, in place of BUNDLE.")
    private boolean submitted;

    @Option(names = "--topic", paramLabel = "TOPIC",
            description = "The topic to write to (default: the job file's model.control-topic).")
    private Optional<String> topic = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (submitted == bundle.isPresent()) {
            throw wrongUse(submitted
                    ? "Both a BUNDLE and --submitted are given; leave one of them out"
                    : "A BUNDLE is missing, or --submitted");
        }
        JobDefinition job = kafka.job();
        String name = topic.or(() -> job.model().controlTopic()).orElseThrow(() ->
                wrongUse("The job file has no model.control-topic, so its job reads no choices; --topic names one"));
        Optional<ModelChoice> choice = bundle.map(it -> choice(it, job));
        ModelTopic models = new ModelTopic(name, kafka.inputAdmin(job), kafka.inputProducer(job));
        models.require(this::say);
        RecordCoordinates written = models.publish(choice);
        spec.commandLine().getOut().println(written);
        spec.commandLine().getOut().flush();
        say("Jobs that read topic " + name + " go over to " + choice
                .map(it -> "the model at " + it.bundle() + " (SHA-256 " + it.digest() + ").")
                .orElse("the model that each was submitted with."));
    }

    private ModelChoice choice(String bundle, JobDefinition job) {
        if (!BundleLocation.isUri(bundle)) {
            Path folder = new ModelArgument(bundle).folder(spec.commandLine());
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
            say("Warning: " + address + " is a folder of this machine, which TaskManagers elsewhere cannot read. Put"
                    + " the bundle where all of them find it, and name that place with --at URI.");
        }
        job.model().localFolder().filter(ModelsFolder::isBundle).map(ModelBundle::read)
                .filter(ofTheJob -> !model.preprocessing().takesPixelsOf(ofTheJob.preprocessing()))
                .ifPresent(ofTheJob -> say("Warning: " + model.name() + " wants pictures that are resized in another"
                        + " way than those for " + ofTheJob.name() + ", so a job that was submitted with that one will"
                        + " refuse it; stop it with a savepoint, and submit it with the new model from there."));
        return choice;
    }

    private ParameterException wrongUse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
