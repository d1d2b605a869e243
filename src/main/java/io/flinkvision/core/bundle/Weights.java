package io.flinkvision.core.bundle;

import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.weights.OnnxModel;
import io.flinkvision.core.weights.Scores;
import java.nio.file.Path;
import java.util.Objects;

/** The file in a bundle that holds what was trained, and what it takes to make a network of it. */
public sealed interface Weights {

    /** The file. */
    Path file();

    /** SHA-256 of the file in lower-case hexadecimal, as {@code sha256sum} prints it. */
    String digest();

    /** What the network's output is. */
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
