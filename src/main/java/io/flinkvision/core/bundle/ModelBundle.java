package io.flinkvision.core.bundle;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.OnnxGraph;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxModel;
import io.flinkvision.core.weights.OnnxModel.Scores;
import io.flinkvision.core.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A model as people keep it: a folder with {@code model.yaml} ({@link BundleOptions}), the weights, the labels, and the
 * licences that must stay with them.
 *
 * @param folder its path
 * @param name the model's name
 * @param weights the network, with as many classes as there are labels
 * @param preprocessing how a picture becomes its input
 * @param labels the classes' names, in the order of the network's output
 * @param licences the names of the files that must stay with the weights
 */
public record ModelBundle(
        Path folder,
        String name,
        Weights weights,
        Preprocessing preprocessing,
        List<String> labels,
        List<String> licences) {

    /** The file that describes the bundle. */
    public static final String DESCRIPTION = "model.yaml";

    public ModelBundle {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(preprocessing, "preprocessing");
        labels = List.copyOf(labels);
        licences = List.copyOf(licences);
        OptionalInt classes = weights instanceof Weights.Onnx onnx
                ? onnx.model().classes()
                : OptionalInt.of(((Weights.Tensors) weights).network().variant().classes());
        if (classes.isPresent() && classes.getAsInt() != labels.size()) {
            throw new IllegalArgumentException(labels.size() + " labels for " + classes.getAsInt() + " classes");
        }
    }

    /**
     * Reads a bundle's description and labels, and the digest of its weights; the tensors among the weights are read by
     * {@link #onnx()}.
     *
     * @throws ModelException if a file is missing or cannot be read
     * @throws ConfigurationException if the description has something wrong in it
     */
    public static ModelBundle read(Path folder) {
        return BundleReader.read(folder);
    }

    /**
     * The files that a bundle's description names, which are all that is ever read of its folder.
     *
     * @param folder holds the description; the other files need not be there yet
     * @throws ModelException if there is no description
     * @throws ConfigurationException if it has something wrong in it
     */
    public static List<BundleFile> files(Path folder) {
        return BundleReader.files(folder);
    }

    /** SHA-256 of the weights in lower-case hexadecimal, as {@code sha256sum} prints it. */
    public String digest() {
        return weights.digest();
    }

    /**
     * The network with its weights, as an ONNX model: the one that the bundle holds, or else one that is made of its
     * tensors ({@link OnnxGraph}).
     *
     * @throws ModelException if the weights are not those of the network, or cannot be read
     */
    public byte[] onnx() {
        if (weights instanceof Weights.Tensors tensors) {
            StateDict stateDict = StateDict.read(tensors.file());
            requireAsManyClassesAsLabels(stateDict, tensors);
            return OnnxGraph.write(
                    tensors.network(), stateDict, tensors.batchNormEpsilon(), preprocessing.inputSize());
        }
        try {
            return Files.readAllBytes(weights.file());
        } catch (IOException e) {
            throw new ModelException(weights.file() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The most frequent mistake, which would otherwise be reported as a misshapen tensor. */
    private void requireAsManyClassesAsLabels(StateDict stateDict, Weights.Tensors tensors) {
        List<TensorShape> expected = tensors.network().tensors();
        String classifier = expected.get(expected.size() - 1).name();
        List<Integer> shape = stateDict.shapes().getOrDefault(classifier, List.of());
        if (shape.size() == 1 && shape.get(0) != labels.size()) {
            throw new ModelException(folder + " has " + labels.size() + " labels, but tensor " + classifier + " of "
                    + tensors.file().getFileName() + " has " + shape.get(0)
                    + " classes; the labels must name each of them, one per line");
        }
    }

    /** The file in a bundle that holds what was trained, and what it takes to make a network of it. */
    public sealed interface Weights {

        /** The file. */
        Path file();

        /** SHA-256 of the file in lower-case hexadecimal, as {@code sha256sum} prints it. */
        String digest();

        /** The kind of the network's output. */
        Scores scores();

        /**
         * Tensors by name, of a network that the project knows; they are read when the network is made.
         *
         * @param file safetensors, or a PyTorch checkpoint
         * @param digest SHA-256 of it
         * @param network what they are the tensors of
         * @param batchNormEpsilon the epsilon that it was trained with
         */
        record Tensors(Path file, String digest, Network network, double batchNormEpsilon) implements Weights {

            public Tensors {
                Objects.requireNonNull(file, "file");
                Objects.requireNonNull(digest, "digest");
                Objects.requireNonNull(network, "network");
            }

            @Override
            public Scores scores() {
                return Scores.LOGITS;
            }
        }

        /**
         * A whole network, which the job runs as it is.
         *
         * @param file an ONNX model of one image input and one score output
         * @param digest SHA-256 of it
         * @param model what it says of itself
         * @param scores what its output is
         */
        record Onnx(Path file, String digest, OnnxModel model, Scores scores) implements Weights {

            public Onnx {
                Objects.requireNonNull(file, "file");
                Objects.requireNonNull(digest, "digest");
                Objects.requireNonNull(model, "model");
                Objects.requireNonNull(scores, "scores");
            }
        }
    }
}
