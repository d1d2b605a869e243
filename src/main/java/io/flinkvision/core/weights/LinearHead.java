package io.flinkvision.core.weights;

import java.util.List;
import java.util.Objects;

/**
 * The layer in a head's file (docs/models.md): the labels' logits are {@code (weight u + bias) / temperature}, where
 * {@code u} are a picture's pooled features divided by their L2 norm.
 *
 * @param labels the labels' names, in the order of the rows
 * @param features the number of features that it takes
 * @param weight {@code [labels, features]}, row-major; finite, and not copied
 * @param bias {@code [labels]}, likewise
 * @param temperature above 0
 * @param backboneDigest SHA-256 of the weights of the network that it was taught on, in hexadecimal
 */
public record LinearHead(
        List<String> labels, int features, float[] weight, float[] bias, double temperature, String backboneDigest) {

    /** Bytes of a head's file: 100 labels and 2,000 features, and more than any. */
    public static final int MAX_BYTES = 2 << 20;

    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";

    public LinearHead {
        labels = List.copyOf(labels);
        Objects.requireNonNull(backboneDigest, "backboneDigest");
        if (labels.isEmpty() || features < 1) {
            throw new IllegalArgumentException("A head has at least one label and one feature, not " + labels.size()
                    + " and " + features);
        }
        if (weight.length != labels.size() * features || bias.length != labels.size()) {
            throw new IllegalArgumentException(weight.length + " weights and " + bias.length + " biases for "
                    + labels.size() + " labels of " + features + " features");
        }
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException("The temperature must be positive and finite, not " + temperature);
        }
    }

    /**
     * Reads the layer of a head's file; what else the file says is for others.
     *
     * @param source where it is from, for errors
     * @param bytes the whole file
     * @throws ModelException if it is no head
     */
    public static LinearHead read(String source, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new ModelException(source + " has more than " + MAX_BYTES + " bytes, the limit of a head");
        }
        SafetensorsFile.Contents file = SafetensorsFile.read(source, bytes);
        return of(file.tensors(), new HeadMetadata(source, file.metadata()));
    }

    /** @throws ModelException if a tensor or text is missing, malformed or of the wrong shape */
    public static LinearHead of(StateDict tensors, HeadMetadata metadata) {
        List<String> labels = metadata.labels();
        List<Integer> shape = floats(tensors, WEIGHT).shape();
        if (shape.size() != 2 || shape.get(1) == 0) {
            throw new ModelException(
                    tensors + ": tensor " + WEIGHT + " has the shape " + shape + ", not [labels, features]");
        }
        int features = shape.get(1);
        try {
            return new LinearHead(labels, features,
                    floats(tensors, WEIGHT, List.of(labels.size(), features)),
                    floats(tensors, BIAS, List.of(labels.size())),
                    metadata.temperature(), metadata.backboneDigest());
        } catch (IllegalArgumentException e) {
            throw new ModelException(tensors + ": " + e.getMessage(), e);
        }
    }

    /**
     * The elements of a tensor of a head's file.
     *
     * @throws ModelException if it is missing, not of 32-bit floats, of another shape, or not finite
     */
    public static float[] floats(StateDict tensors, String name, List<Integer> expected) {
        List<Integer> shape = floats(tensors, name).shape();
        if (!shape.equals(expected)) {
            throw new ModelException(
                    tensors + ": tensor " + name + " has the shape " + shape + ", not " + expected);
        }
        return tensors.floats(name);
    }

    private static Tensor floats(StateDict tensors, String name) {
        Tensor tensor = tensors.tensor(name);
        if (tensor.type() != ElementType.F32) {
            throw new ModelException(
                    tensors + ": tensor " + name + " is of " + tensor.type() + ", not " + ElementType.F32);
        }
        return tensor;
    }
}
