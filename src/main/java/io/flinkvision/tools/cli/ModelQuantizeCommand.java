package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelsFolder;
import io.flinkvision.core.bundle.NewBundle;
import io.flinkvision.core.bundle.RecognisedModel;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Quantization;
import io.flinkvision.core.inference.Quantization.QuantizedNetwork;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision model quantize}: a model's layers in 8-bit whole numbers, where that pays. */
@Command(
        name = "quantize",
        description = {
            "Make a faster model of a model, with some of its layers in 8-bit whole numbers.",
            "Half of the pictures tell the ranges of the network's values, the other half how far the faster network"
                    + " agrees with the float one. Both are timed in turns on one thread of this machine; what pays"
                    + " here need not pay on another processor."
        },
        footer = {"",
                "Exits with 1, and writes nothing, where no form of the network is both faster and in agreement."})
final class ModelQuantizeCommand implements Runnable {

    /** Half of them are measured, and of fewer a percentage says nothing. */
    private static final int FEWEST_PICTURES = 20;

    @Parameters(arity = "0..1", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String bundle;

    @Option(names = "--images", required = true, paramLabel = "DIR",
            description = "At least " + FEWEST_PICTURES + " pictures like those that the model will see; some hundreds"
                    + " are better. They need no labels.")
    private Path images;

    @Option(names = "--name", converter = BundleNameConverter.class, required = true, paramLabel = "NAME",
            description = "The new bundle's name: the folder in conf/models, and what every output record carries.")
    private BundleName name;

    @Option(names = "--agreement", paramLabel = "PERCENT", defaultValue = "97",
            description = "On how many of a hundred pictures both must have the same first label (default:"
                    + " ${DEFAULT-VALUE}).")
    private double agreement;

    @Option(names = "--force", description = "Replace the bundle that has this name.")
    private boolean force;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (!(agreement >= 0 && agreement <= 100)) {
            throw new ParameterException(spec.commandLine(), "--agreement must be from 0 to 100, not " + agreement);
        }
        ModelsFolder models = ProjectHome.current().models();
        ModelBundle model = new ModelArgument(bundle).read(spec.commandLine());
        models.requireRoom(name, force);
        List<QuantizedNetwork> candidates = quantization(model).candidates();
        print(candidates);
        Optional<QuantizedNetwork> best = Quantization.best(candidates, agreement / 100);
        if (best.isEmpty()) {
            throw new ModelException("No form of " + model.name() + " is both faster than the float network and has the"
                    + " same first label on at least " + agreement + " % of the pictures; nothing was written");
        }
        Path folder = models.put(name, force, fresh -> write(model, name, best.get(), fresh));
        say("The one of '" + best.get().scope().title() + "' is in " + folder + ", and is called " + name
                + " in all commands and jobs.");
    }

    private Quantization quantization(ModelBundle model) {
        if (!Files.isDirectory(images)) {
            throw new ParameterException(spec.commandLine(), "--images: " + images + " is no folder");
        }
        PictureSample sample = PictureSample.read(images, model.preprocessing(), this::say);
        if (sample.inputs().size() < FEWEST_PICTURES) {
            throw new ModelException(images + " holds " + sample.inputs().size() + " pictures; at least "
                    + FEWEST_PICTURES + " are needed");
        }
        List<RgbImage> calibration = sample.firstHalf();
        List<RgbImage> measurement = sample.secondHalf();
        say("Calibrating on " + calibration.size() + " pictures, measuring on " + measurement.size() + " others");
        return new Quantization(model, calibration, measurement, this::say);
    }

    private void print(List<QuantizedNetwork> candidates) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("layers in 8 bits             same label  score difference  speed");
        for (QuantizedNetwork candidate : candidates) {
            int layers = candidate.layers().size();
            out.println(String.format(Locale.ROOT, "%-14s %3d of %-3d  %8.1f %%  %16.4f  %.2f x (%.2f to %.2f)",
                    candidate.scope().title(), layers, layers + candidate.left(),
                    100 * candidate.agreement().share(), candidate.agreement().meanScoreDifference(),
                    candidate.speed().median(), candidate.speed().low(), candidate.speed().high()));
        }
        out.flush();
    }

    private static void write(ModelBundle model, BundleName name, QuantizedNetwork network, Path folder)
            throws IOException {
        Path onnx = folder.resolve(model.name().replaceAll("[^A-Za-z0-9._-]", "_") + "-quantised.onnx");
        Files.write(onnx, network.onnx());
        List<Path> licences = model.licences().stream().map(model.folder()::resolve).toList();
        new NewBundle(name, RecognisedModel.of(onnx, Optional.empty(), Optional.empty()), model.preprocessing(),
                model.labels(), licences)
                .writeTo(folder);
        Files.delete(onnx);
        Classifier.load(ModelBundle.read(folder)).close();
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
