package io.flinkvision.core.bundle;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.OnnxGraph;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.SafetensorsWriter;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.core.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An ordinary checkpoint of a family's network that is about to be made: the tensors of another bundle, but for the
 * last layer, which is taught anew.
 */
public final class PlainBundle {

    private static final String WEIGHTS = "model.safetensors";

    private final ModelBundle backbone;
    private final Weights.Tensors weights;
    private final StateDict stateDict;

    private PlainBundle(ModelBundle backbone, Weights.Tensors weights) {
        this.backbone = backbone;
        this.weights = weights;
        this.stateDict = StateDict.read(weights.file());
        weights.network().requireTensors(stateDict);
    }

    /**
     * Reads the tensors of a bundle; a head in it is left out.
     *
     * @throws ModelException if it is an ONNX model, or its tensors are not those of its network
     */
    public static PlainBundle of(ModelBundle backbone) {
        if (backbone.weights().backbone() instanceof Weights.Tensors tensors) {
            return new PlainBundle(backbone, tensors);
        }
        throw new ModelException(backbone.name() + " is an ONNX model, which has no last layer that is known; an"
                + " ordinary checkpoint can only be made of a network of tensors");
    }

    /** The number of features that the last layer takes, after the activation before it. */
    public int features() {
        return weights.network().lastLayer().input();
    }

    /** The network up to the input of its last layer, as an ONNX model with the output {@code [n, features]}. */
    public byte[] hiddenLayers() {
        Network hidden = weights.network().withoutLastLayer();
        StateDict tensors = StateDict.of(stateDict.source(), hidden.tensors().stream()
                .map(tensor -> stateDict.tensor(tensor.name()))
                .toList());
        return OnnxGraph.write(
                hidden, tensors, weights.batchNormEpsilon(), backbone.preprocessing().inputSize());
    }

    /**
     * Writes the bundle's files: all tensors of the family as safetensors, and the licences.
     *
     * @param folder an empty one
     * @param name the model's name
     * @param labels of the last layer
     * @param weight of the last layer, {@code [labels, features]}, row-major
     * @param bias of the last layer, {@code [labels]}
     * @throws IOException if a file cannot be read or written
     * @throws ModelException if a licence has the name of another file
     */
    public void writeTo(Path folder, BundleName name, List<String> labels, float[] weight, float[] bias)
            throws IOException {
        Network network = weights.network().family().network(weights.network().variant().withClasses(labels.size()));
        String last = network.lastLayer().prefix();
        List<Tensor> layer = List.of(Tensor.of(last + ".weight", List.of(labels.size(), features()), weight),
                Tensor.of(last + ".bias", List.of(labels.size()), bias));
        DescriptionText.requireOtherNames(backbone, Stream.of(WEIGHTS));
        SafetensorsWriter.write(folder.resolve(WEIGHTS), network.tensors().stream()
                .map(TensorShape::name)
                .map(tensor -> layer.stream().filter(own -> own.name().equals(tensor)).findFirst()
                        .orElseGet(() -> stateDict.tensor(tensor)))
                .toList());
        Files.write(folder.resolve(LabelFile.NAME), labels);
        for (String licence : backbone.licences()) {
            Files.copy(backbone.folder().resolve(licence), folder.resolve(licence));
        }
        List<String> lines = new ArrayList<>();
        lines.add(DescriptionText.taughtOn(backbone));
        lines.add(DescriptionText.line(BundleOptions.NAME, name.text()));
        lines.addAll(DescriptionText.network(network));
        lines.add(DescriptionText.line(BundleOptions.BATCH_NORM_EPSILON, weights.batchNormEpsilon()));
        lines.add(DescriptionText.line(BundleOptions.WEIGHTS, WEIGHTS));
        lines.addAll(DescriptionText.labelsAndInput(backbone.licences(), backbone.preprocessing()));
        Files.write(folder.resolve(ModelBundle.DESCRIPTION), lines);
    }
}
