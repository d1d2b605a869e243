package io.flinkvision.core.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxExternalData;
import io.flinkvision.core.weights.OnnxModel;
import io.flinkvision.core.weights.OnnxModelReader;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.core.weights.WeightsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A file of weights, and the network that was recognised in it. */
public sealed interface RecognisedModel {

    /** The file. */
    Path file();

    /** The classes of the network; empty where an ONNX model leaves their number open. */
    OptionalInt classes();

    /**
     * The tensors of a network that the project knows.
     *
     * @param file safetensors, or a PyTorch checkpoint
     * @param stateDict its tensors, exactly those of the network
     * @param network the network
     * @param alternatives other networks that have exactly these tensors
     * @param place where in the file they are, and what else it holds
     * @param settings what a checkpoint holds beside its weights: texts, numbers, lists and dicts of them
     */
    record Tensors(Path file, StateDict stateDict, Network network, List<Network> alternatives, Place place,
            ObjectNode settings) implements RecognisedModel {

        public Tensors {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(stateDict, "stateDict");
            Objects.requireNonNull(network, "network");
            alternatives = List.copyOf(alternatives);
            Objects.requireNonNull(place, "place");
            Objects.requireNonNull(settings, "settings");
        }

        /**
         * A network's place in a file.
         *
         * @param key the keys and the prefix under which its tensors are; empty where they are the whole file
         * @param otherKeys those of the file's other networks
         * @param otherTensors how many tensors are not the network's
         */
        public record Place(String key, List<String> otherKeys, int otherTensors) {

            public Place {
                Objects.requireNonNull(key, "key");
                otherKeys = List.copyOf(otherKeys);
            }
        }

        /** The same tensors as those of a family's network, which is no guess then; of another family, itself. */
        Tensors of(Family family) {
            return Stream.concat(Stream.of(network), alternatives.stream())
                    .filter(candidate -> candidate.family() == family)
                    .map(candidate -> new Tensors(file, stateDict, candidate, List.of(), place, settings))
                    .findFirst()
                    .orElse(this);
        }

        @Override
        public OptionalInt classes() {
            return OptionalInt.of(network.variant().classes());
        }
    }

    /**
     * A network of any form.
     *
     * @param file the ONNX model
     * @param model what it says of itself: an image input and a score output
     * @param dataFiles the files beside it that hold weights of it
     */
    record Onnx(Path file, OnnxModel model, List<Path> dataFiles) implements RecognisedModel {

        public Onnx {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(model, "model");
            dataFiles = List.copyOf(dataFiles);
        }

        @Override
        public OptionalInt classes() {
            return model.classes();
        }
    }

    /** The prefix of timm's ports of TensorFlow's weights, and of most copies of them. */
    String TENSORFLOW_PORT = "tf_mobilenetv3";

    /**
     * Finds out what a file holds: of an {@code .onnx} by what it says of itself, of all others by their tensors' names
     * and shapes.
     *
     * @param family whose network it is, if known; otherwise the likeliest is taken, for which the file's
     *     name counts too
     * @param key which of a checkpoint's networks it is, if known
     * @throws ModelException if the file cannot be read, or holds no network that could be used
     */
    static RecognisedModel of(Path file, Optional<Family> family, Optional<String> key) {
        if (OnnxModel.isNamedSo(file)) {
            if (family.isPresent() || key.isPresent()) {
                throw new ModelException(file + " is a network itself; a family or a key is for files of tensors");
            }
            OnnxExternalData.Inlined inlined = OnnxExternalData.read(file);
            OnnxModel model = OnnxModelReader.read(file.toString(), inlined.model());
            model.imageInput();
            model.classes();
            return new Onnx(file, model, inlined.files());
        }
        try (WeightsFile weights = WeightsFile.open(file)) {
            NetworkSearch.Found found = NetworkSearch.find(weights, family, key);
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            List<Network> networks = found.networks();
            Network likeliest = networks.stream()
                    .filter(network -> network.family() == Family.TIMM_TF && name.contains(TENSORFLOW_PORT))
                    .findFirst()
                    .orElse(networks.get(0));
            return new Tensors(file, found.stateDict(), likeliest,
                    networks.stream().filter(network -> !network.equals(likeliest)).toList(),
                    found.place(), weights.settings());
        }
    }
}
