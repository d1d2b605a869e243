package io.flinkvision.core.bundle;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxExternalData;
import io.flinkvision.core.weights.OnnxModel;
import io.flinkvision.core.weights.SafetensorsWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A bundle that is about to be written.
 *
 * @param name the model's name
 * @param model the network, and the file that holds it
 * @param preprocessing how a picture becomes its input
 * @param labels the classes' names, in the order of the network's output
 * @param licences files that must stay with the weights
 */
public record NewBundle(
        BundleName name,
        RecognisedModel model,
        Preprocessing preprocessing,
        List<String> labels,
        List<Path> licences) {

    private static final String TENSORS = "model.safetensors";

    private static final String NETWORK = "model" + OnnxModel.SUFFIX;

    public NewBundle {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(preprocessing, "preprocessing");
        labels = List.copyOf(labels);
        licences = List.copyOf(licences);
        Set<String> taken = new LinkedHashSet<>(List.of(ModelBundle.DESCRIPTION, LabelFile.NAME, TENSORS, NETWORK));
        for (Path licence : licences) {
            if (!Files.isRegularFile(licence)) {
                throw new ModelException("The licence " + licence + " is not a file");
            }
            if (!taken.add(licence.getFileName().toString())) {
                throw new ModelException("The licence " + licence + " has the name of another file of the bundle");
            }
        }
    }

    /** This bundle with another preprocessing. */
    public NewBundle withPreprocessing(Preprocessing other) {
        return new NewBundle(name, model, other, labels, licences);
    }

    /**
     * Writes the bundle's files: tensors as safetensors, an ONNX model unchanged, or with the data of the files beside
     * it.
     *
     * @param folder an empty one
     * @throws IOException if a file cannot be read or written
     */
    public void writeTo(Path folder) throws IOException {
        if (model instanceof RecognisedModel.Tensors tensors) {
            SafetensorsWriter.write(folder.resolve(TENSORS), tensors.network().tensors().stream()
                    .map(tensor -> tensors.stateDict().tensor(tensor.name()))
                    .toList());
        } else if (dataFiles().isEmpty()) {
            Files.copy(model.file(), folder.resolve(NETWORK));
        } else {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(NETWORK)))) {
                OnnxExternalData.read(model.file()).model().writeTo(out);
            }
        }
        Files.write(folder.resolve(LabelFile.NAME), labels);
        for (Path licence : licences) {
            Files.copy(licence, folder.resolve(licence.getFileName()));
        }
        Files.write(folder.resolve(ModelBundle.DESCRIPTION), description());
    }

    private List<String> description() throws IOException {
        List<String> lines = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        for (Path file : Stream.concat(Stream.of(model.file()), dataFiles().stream()).toList()) {
            sources.add(printable(file.getFileName().toString()) + ", SHA-256 " + Sha256.of(file));
        }
        lines.add("# Made of " + String.join(" and of ", sources) + ".");
        lines.add(line(BundleOptions.NAME, name.text()));
        if (model instanceof RecognisedModel.Tensors tensors) {
            Variant variant = tensors.network().variant();
            lines.add(line(BundleOptions.FAMILY, tensors.network().family()));
            lines.add(line(BundleOptions.SIZE, variant.size()));
            lines.add(line(BundleOptions.WIDTH_MULTIPLIER, variant.widthMultiplier()));
            lines.add(line(BundleOptions.REDUCED_TAIL, variant.reducedTail()));
            lines.add(line(BundleOptions.MINIMALISTIC, variant.minimalistic()));
            lines.add(line(BundleOptions.WEIGHTS, TENSORS));
        } else {
            OnnxModel onnx = ((RecognisedModel.Onnx) model).model();
            lines.add(line(BundleOptions.WEIGHTS, NETWORK));
            lines.add(line(BundleOptions.SCORES, OnnxMetadata.scores(onnx).orElse(onnx.scores())));
        }
        lines.add(line(BundleOptions.LABELS, LabelFile.NAME));
        lines.add(line(BundleOptions.LICENCES, licences.stream().map(NewBundle::quoted).toList()));
        lines.add("preprocessing:");
        PreprocessingText.write(preprocessing).forEach((option, text) -> lines.add(
                "  " + option.path().substring(option.path().indexOf('.') + 1) + ": " + text));
        return lines;
    }

    private List<Path> dataFiles() {
        return model instanceof RecognisedModel.Onnx onnx ? onnx.dataFiles() : List.of();
    }

    private static <T> String line(Option<T> option, T value) {
        return option.path() + ": " + option.type().print(value);
    }

    /** In YAML's single quotes nothing has a meaning but they themselves. */
    private static String quoted(Path file) {
        return "'" + file.getFileName().toString().replace("'", "''") + "'";
    }

    /** In a comment, where the name of a file must not begin a line of its own. */
    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
