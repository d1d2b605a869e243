package io.flinkvision.core.bundle;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.weights.LinearHead;
import io.flinkvision.core.weights.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A bundle that is about to be written: the network and the preprocessing of another one, with a head that was taught on
 * it in place of its last layers.
 *
 * @param name the model's name
 * @param backbone the other bundle, whose own head, if it has one, is left out
 * @param head a head's file; not copied
 */
public record TaughtBundle(BundleName name, ModelBundle backbone, byte[] head) {

    private static final String HEAD = "head.safetensors";

    public TaughtBundle {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(head, "head");
        DescriptionText.requireOtherNames(backbone, Stream.of(HEAD, weights(backbone)));
    }

    /** The name of the file of weights: its own, unless other files have to be told from it. */
    private static String weights(ModelBundle backbone) {
        String name = backbone.weights().file().getFileName().toString();
        return "model" + (OnnxModel.isNamedSo(Path.of(name)) ? OnnxModel.SUFFIX : name.substring(dot(name)));
    }

    private static int dot(String name) {
        return name.lastIndexOf('.') < 0 ? name.length() : name.lastIndexOf('.');
    }

    /**
     * Writes the bundle's files: the weights and licences unchanged.
     *
     * @param folder an empty one
     * @throws IOException if a file cannot be read or written
     */
    public void writeTo(Path folder) throws IOException {
        Files.copy(backbone.weights().file(), folder.resolve(weights(backbone)));
        Files.write(folder.resolve(HEAD), head);
        Files.write(folder.resolve(LabelFile.NAME), LinearHead.read("The head " + name, head).labels());
        for (String licence : backbone.licences()) {
            Files.copy(backbone.folder().resolve(licence), folder.resolve(licence));
        }
        Files.write(folder.resolve(ModelBundle.DESCRIPTION), description());
    }

    private List<String> description() {
        List<String> lines = new ArrayList<>();
        lines.add(DescriptionText.taughtOn(backbone));
        lines.add(DescriptionText.line(BundleOptions.NAME, name.text()));
        if (backbone.weights().backbone() instanceof Weights.Tensors tensors) {
            lines.addAll(DescriptionText.network(tensors.network()));
            lines.add(DescriptionText.line(BundleOptions.BATCH_NORM_EPSILON, tensors.batchNormEpsilon()));
        }
        lines.add(DescriptionText.line(BundleOptions.WEIGHTS, weights(backbone)));
        lines.add(DescriptionText.line(BundleOptions.HEAD, HEAD));
        lines.addAll(DescriptionText.labelsAndInput(backbone.licences(), backbone.preprocessing()));
        return lines;
    }
}
