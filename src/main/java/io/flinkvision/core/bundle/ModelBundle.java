package io.flinkvision.core.bundle;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.OnnxGraph;
import io.flinkvision.core.weights.LinearHead;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxModel;
import io.flinkvision.core.weights.OnnxModel.Scores;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.core.weights.TaughtGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A model as people keep it: a folder with {@code model.yaml} ({@link BundleOptions}), the weights, perhaps a head that
 * was taught on them, the labels, and the licences that must stay with them.
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
        OptionalInt classes = weights.classes();
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

    /**
     * SHA-256 of what was trained, in lower-case hexadecimal: of the weights' file, as {@code sha256sum} prints it; in a
     * bundle with a head, of that file followed by the head's ({@code cat WEIGHTS HEAD | sha256sum}).
     */
    public String digest() {
        return weights.digest();
    }

    /** SHA-256 of the weights' file, which heads that were taught on the network name. */
    public String backboneDigest() {
        return weights.backbone().digest();
    }

    /**
     * The network with its weights, as an ONNX model: the one that the bundle holds, or else one that is made of its
     * tensors ({@link OnnxGraph}); in a bundle with a head, with that in place of its last layers.
     *
     * @throws ModelException if the weights are not those of the network, or cannot be read, or the network has no
     *     pooled features for the head
     */
    public byte[] onnx() {
        return onnx(weights);
    }

    private byte[] onnx(Weights weights) {
        if (weights instanceof Weights.Taught taught) {
            return TaughtGraph.write(name, onnx(taught.backbone()), taught.head());
        }
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
        int classes = tensors.network().variant().classes();
        if (shape.size() == 1 && shape.get(0) != classes) {
            throw new ModelException(folder + " has " + classes + " labels, but tensor " + classifier + " of "
                    + tensors.file().getFileName() + " has " + shape.get(0)
                    + " classes; the labels must name each of them, one per line");
        }
    }

    /** The files in a bundle that hold what was trained, and what it takes to make a network of them. */
    public sealed interface Weights {

        /** The file of the network. */
        Path file();

        /** SHA-256 in lower-case hexadecimal, see {@link ModelBundle#digest}. */
        String digest();

        /** The classes of the output; empty where an ONNX model leaves their number open. */
        OptionalInt classes();

        /** The weights of the network alone, without a head. */
        default Weights backbone() {
            return this;
        }

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
            public OptionalInt classes() {
                return OptionalInt.of(network.variant().classes());
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

            @Override
            public OptionalInt classes() {
                return model.classes();
            }
        }

        /**
         * A network, and a head that was taught on it and answers in place of its last layers.
         *
         * @param backbone the network's own weights
         * @param headFile the head's file
         * @param head the layer in it
         * @param digest SHA-256 of the network's file followed by the head's
         */
        record Taught(Weights backbone, Path headFile, LinearHead head, String digest) implements Weights {

            public Taught {
                Objects.requireNonNull(headFile, "headFile");
                Objects.requireNonNull(head, "head");
                Objects.requireNonNull(digest, "digest");
                if (backbone instanceof Taught) {
                    throw new IllegalArgumentException("A head does not answer on another head");
                }
            }

            @Override
            public Path file() {
                return backbone.file();
            }

            @Override
            public OptionalInt classes() {
                return OptionalInt.of(head.labels().size());
            }

            @Override
            public Scores scores() {
                return Scores.LOGITS;
            }
        }
    }
}
