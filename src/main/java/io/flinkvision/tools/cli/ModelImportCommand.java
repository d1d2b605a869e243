package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelImport.LabelSource;
import io.flinkvision.core.bundle.ModelImport;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision model import}: makes a bundle in {@code conf/models} from a file of weights. */
@Command(
        name = "import",
        description = {
            "Make a model bundle in conf/models from a file of weights.",
            "Detects the MobileNetV3 variant from the names and shapes of the tensors. Runs no code in the file, and"
                    + " loads and tests the bundle before putting it in place."
        },
        footer = {"", "Preprocessing and labels come from these options, else from the file's metadata, a config.json or"
                + " preprocessor_config.json beside it, and a labels.txt beside it; the command prints which it used."})
final class ModelImportCommand extends VisionCommand implements Runnable {

    private static final String IMAGENET = "imagenet";

    @Parameters(paramLabel = "FILE", description = "safetensors, a PyTorch checkpoint (.pth, .pt), or an .onnx.")
    private Path file;

    @Option(names = "--name", required = true, paramLabel = "NAME",
            description = "Name of the bundle: its folder in conf/models, and the model name in output records.")
    private BundleName name;

    @Option(names = "--labels", paramLabel = "FILE|" + IMAGENET,
            description = "Names of the classes: a text file with one per line, or ImageNet's 1000 (1001 with a background).")
    private Optional<String> labels;

    @Option(names = "--family", paramLabel = "FAMILY",
            description = "Family of the network, if the tensors fit several: seed, seed-old, seed-2023, torchvision,"
                    + " dli14, timm, timm-tf.")
    private Optional<String> family;

    @Option(names = "--network", paramLabel = "KEY",
            description = "Network to take from a checkpoint with several, such as state_dict_ema or student.")
    private Optional<String> network;

    @Option(names = "--input-size", paramLabel = "N",
            description = "Side of the square input in pixels, if it is not 224 or in the file.")
    private Optional<Integer> inputSize;

    @Option(names = "--mean", split = ",", paramLabel = "NUMBER",
            description = "Mean of each channel, for samples from 0 to 1, or one for all; default: the family's.")
    private List<Float> mean = List.of();

    @Option(names = "--std", split = ",", paramLabel = "NUMBER",
            description = "Standard deviation of each channel, in the same way.")
    private List<Float> standardDeviation = List.of();

    @Option(names = "--licence", paramLabel = "FILE",
            description = "A file that must stay with the weights, such as a licence or notice. May be repeated.")
    private List<Path> licences = List.of();

    @Option(names = "--force", description = "Replace an existing bundle of this name.")
    private boolean force;

    @Override
    public void run() {
        new BundlePlacement(ProjectHome.current().models(), force, this)
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
                .orElseThrow(() -> wrongUse("--family must be one of "
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
            default -> throw wrongUse(
                    option + " takes one number, or three separated by commas, not " + numbers.size());
        };
    }
}
