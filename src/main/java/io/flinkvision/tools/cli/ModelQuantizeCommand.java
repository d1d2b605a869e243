package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelsFolder;
import io.flinkvision.core.bundle.NewBundle;
import io.flinkvision.core.bundle.RecognisedModel;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Quantization.QuantizedNetwork;
import io.flinkvision.core.inference.Quantization;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision model quantize}: quantises a model's layers to 8-bit integers, if that is faster. */
@Command(
        name = "quantize",
        description = {
            "Make a faster version of a model, with some of its layers quantised to 8-bit integers.",
            "Half of the pictures calibrate the value ranges, the other half measure how often the quantised network"
                    + " agrees with the float one. Both are timed in turns on one thread of this machine; other"
                    + " processors may give other results."
        },
        footer = {"",
                "Exit status: 0 if a model was written, 1 if no variant is both faster and in agreement, in which case"
                    + " nothing is written, 2 on wrong usage."})
final class ModelQuantizeCommand extends VisionCommand implements Runnable {

    /** Half of them are measured; a percentage of fewer means nothing. */
    private static final int MIN_PICTURES = 20;

    /** They are all in memory, 150 KB each at 224 x 224; more would hardly change the result. */
    private static final int MAX_PICTURES = 1000;

    @Parameters(arity = "0..1", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String bundle;

    @Option(names = "--images", required = true, paramLabel = "DIR",
            description = "A folder of at least " + MIN_PICTURES + " pictures like those that the model will see,"
                    + " better some hundreds. They need no labels.")
    private Path images;

    @Option(names = "--name", required = true, paramLabel = "NAME",
            description = "Name of the new bundle: its folder in conf/models, and the model name in output records.")
    private BundleName name;

    @Option(names = "--agreement", paramLabel = "PERCENT", defaultValue = "97",
            description = "Minimum percentage of pictures with the same top label in both networks (default:"
                    + " ${DEFAULT-VALUE}).")
    private double agreement;

    @Option(names = "--force", description = "Replace an existing bundle of this name.")
    private boolean force;

    @Override
    public void run() {
        if (!(agreement >= 0 && agreement <= 100)) {
            throw wrongUse("--agreement must be from 0 to 100, not " + agreement);
        }
        ModelsFolder models = ProjectHome.current().models();
        ModelBundle model = model(bundle);
        models.requireRoom(name, force);
        List<QuantizedNetwork> candidates = quantization(model).candidates();
        print(candidates);
        Optional<QuantizedNetwork> best = Quantization.best(candidates, agreement / 100);
        if (best.isEmpty()) {
            throw new ModelException("No variant of " + model.name() + " is faster than the float network and has the same"
                    + " top label on at least " + agreement + " % of the pictures; nothing was written");
        }
        Path folder = models.put(name, force, fresh -> write(model, name, best.get(), fresh));
        log("Wrote '" + best.get().scope().title() + "' to " + folder + "; its name in commands and jobs is " + name);
    }

    private Quantization quantization(ModelBundle model) {
        List<RgbImage> inputs = inputs(imagesFolder(images), model.preprocessing());
        if (inputs.size() < MIN_PICTURES) {
            throw new ModelException(images + " holds " + inputs.size() + " pictures; at least "
                    + MIN_PICTURES + " are needed");
        }
        // Files that lie side by side are often alike, so each half gets every second one.
        List<RgbImage> calibration = half(inputs, 0);
        List<RgbImage> measurement = half(inputs, 1);
        log("Calibrating on " + calibration.size() + " pictures, measuring on " + measurement.size() + " others");
        return new Quantization(model, calibration, measurement, this::log);
    }

    private static List<RgbImage> half(List<RgbImage> inputs, int remainder) {
        return IntStream.range(0, inputs.size()).filter(i -> i % 2 == remainder).mapToObj(inputs::get).toList();
    }

    /** The pictures of a folder as network inputs, {@code [size, size, 3]} each, in the order of the files' names. */
    private List<RgbImage> inputs(Path folder, Preprocessing preprocessing) {
        List<RgbImage> inputs = new ArrayList<>();
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, preprocessing)) {
            for (Path file : sample(folder)) {
                if (Files.size(file) > DecodeLimits.DEFAULTS.maxBytes()) {
                    log(file + ": skipped, as it has " + Files.size(file) + " bytes");
                    continue;
                }
                DecodeOutcome outcome = decoder.decode(Files.readAllBytes(file));
                if (outcome instanceof DecodeOutcome.Decoded decoded) {
                    inputs.add(decoded.input());
                } else {
                    log(file + ": skipped. " + ((DecodeOutcome.Rejected) outcome).message());
                }
            }
        } catch (IOException e) {
            throw new ModelException(folder + " cannot be read: " + e.getMessage(), e);
        }
        return inputs;
    }

    /** The files of a folder, or as many of them as are needed, evenly spaced. */
    private static List<Path> sample(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            List<Path> files = paths.filter(Files::isRegularFile).sorted().toList();
            int step = Math.max(1, (files.size() + MAX_PICTURES - 1) / MAX_PICTURES);
            return IntStream.range(0, files.size()).filter(i -> i % step == 0).mapToObj(files::get).toList();
        }
    }

    private void print(List<QuantizedNetwork> candidates) {
        out().println("layers in 8 bits             same label  score difference  speed");
        for (QuantizedNetwork candidate : candidates) {
            int layers = candidate.layers().size();
            out().println(String.format(Locale.ROOT, "%-14s %3d of %-3d  %8.1f %%  %16.4f  %.2f x (%.2f to %.2f)",
                    candidate.scope().title(), layers, layers + candidate.left(),
                    100 * candidate.agreement().share(), candidate.agreement().meanScoreDifference(),
                    candidate.speed().median(), candidate.speed().low(), candidate.speed().high()));
        }
        out().flush();
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
}
