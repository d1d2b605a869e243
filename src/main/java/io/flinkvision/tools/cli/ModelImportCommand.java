package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelImport;
import io.flinkvision.core.bundle.ModelImport.LabelSource;
import io.flinkvision.core.mobilenet.Family;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision model import}: a file of weights in, a bundle in {@code conf/models} out. */
@Command(
        name = "import",
        description = {
            "Make a model bundle in conf/models of a file of weights.",
            "Which MobileNetV3 it is shows in its tensors' names and shapes. Nothing in the file is run, and the"
                    + " bundle is loaded and tried before it is put in its place."
        },
        footer = {"", "How pictures are prepared, and the labels, are taken from these options, or else from what the"
                + " file says of itself, a config.json or preprocessor_config.json beside it, and a labels.txt beside it;"
                + " the command says what it took from where."})
final class ModelImportCommand implements Runnable {

    private static final String IMAGENET = "imagenet";

    @Parameters(paramLabel = "FILE", description = "safetensors, a PyTorch checkpoint (.pth, .pt), or an .onnx.")
    private Path file;

    @Option(names = "--name", converter = BundleNameConverter.class, required = true, paramLabel = "NAME",
            description = "The bundle's name: the folder in conf/models, and what every output record carries.")
    private BundleName name;

    @Option(names = "--labels", paramLabel = "FILE|" + IMAGENET,
            description = "The classes' names: a text with one a line, or ImageNet's 1000 (1001 with a background).")
    private Optional<String> labels;

    @Option(names = "--family", paramLabel = "FAMILY",
            description = "Whose network it is, where the tensors fit several: seed, seed-old, seed-2023, torchvision,"
                    + " dli14, timm, timm-tf.")
    private Optional<String> family;

    @Option(names = "--network", paramLabel = "KEY",
            description = "Which network of a checkpoint that holds several: state_dict_ema, student.")
    private Optional<String> network;

    @Option(names = "--input-size", paramLabel = "N",
            description = "Side of the square input in pixels, where it is not 224 or in the file.")
    private Optional<Integer> inputSize;

    @Option(names = "--mean", split = ",", paramLabel = "NUMBER",
            description = "Mean of each channel, of samples from 0 to 1, or one for all; where it is not the family's.")
    private List<Float> mean = List.of();

    @Option(names = "--std", split = ",", paramLabel = "NUMBER",
            description = "Standard deviation of each channel, likewise.")
    private List<Float> standardDeviation = List.of();

    @Option(names = "--licence", paramLabel = "FILE",
            description = "A file that must stay with the weights: a licence, a notice. May be given several times.")
    private List<Path> licences = List.of();

    @Option(names = "--force", description = "Replace the bundle that has this name.")
    private boolean force;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        new BundlePlacement(ProjectHome.current().models(), force, spec.commandLine())
                .place(request(), UnaryOperator.identity());
    }

    private ModelImport.Request request() {
        return new ModelImport.Request(file, name, family.map(this::family), network, labelSource(),
                inputSize.map(OptionalInt::of).orElse(OptionalInt.empty()), channels("--mean", mean),
                channels("--std", standardDeviation), licences);
    }

    private Family family(String id) {
        return Arrays.stream(Family.values())
                .filter(candidate -> candidate.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "--family must be one of "
                        + Arrays.stream(Family.values()).map(Family::id).collect(Collectors.joining(", "))
                        + ", not '" + id + "'"));
    }

    private LabelSource labelSource() {
        return labels.<LabelSource>map(text -> text.equals(IMAGENET)
                ? new LabelSource.ImageNet()
                : new LabelSource.TextFile(Path.of(text))).orElse(new LabelSource.Found());
    }

    private Optional<List<Float>> channels(String option, List<Float> numbers) {
        return switch (numbers.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(Collections.nCopies(3, numbers.get(0)));
            case 3 -> Optional.of(numbers);
            default -> throw new ParameterException(spec.commandLine(),
                    option + " takes one number, or three with commas between them, not " + numbers.size());
        };
    }
}
