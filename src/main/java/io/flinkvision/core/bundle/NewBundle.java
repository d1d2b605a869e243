package io.flinkvision.core.bundle;

import io.flinkvision.core.image.Preprocessing;
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
            sources.add(DescriptionText.printable(file.getFileName().toString()) + ", SHA-256 " + Sha256.of(file));
        }
        lines.add("# Made of " + String.join(" and of ", sources) + ".");
        lines.add(DescriptionText.line(BundleOptions.NAME, name.text()));
        if (model instanceof RecognisedModel.Tensors tensors) {
            lines.addAll(DescriptionText.network(tensors.network()));
            lines.add(DescriptionText.line(BundleOptions.WEIGHTS, TENSORS));
        } else {
            OnnxModel onnx = ((RecognisedModel.Onnx) model).model();
            lines.add(DescriptionText.line(BundleOptions.WEIGHTS, NETWORK));
            lines.add(DescriptionText.line(BundleOptions.SCORES, OnnxMetadata.scores(onnx).orElse(onnx.scores())));
        }
        lines.addAll(DescriptionText.labelsAndInput(
                licences.stream().map(licence -> licence.getFileName().toString()).toList(), preprocessing));
        return lines;
    }

    private List<Path> dataFiles() {
        return model instanceof RecognisedModel.Onnx onnx ? onnx.dataFiles() : List.of();
    }
}
