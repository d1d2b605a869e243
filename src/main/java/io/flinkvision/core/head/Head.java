package io.flinkvision.core.head;

import io.flinkvision.core.weights.ModelException;
import java.nio.file.Path;

/**
 * The last linear layer of a network for a question of its own: labels of the pooled features of a picture (576 of
 * Small, 960 of Large), divided by their L2 norm. Immutable.
 */
public final class Head {

    private final HeadDescription description;
    private final int features;
    private final float[] weight;
    private final float[] bias;
    private final float[] centroids;
    private final byte[] bytes;
    private final String digest;

    private Head(HeadDescription description, int features, float[] weight, float[] bias, float[] centroids,
            byte[] bytes, String digest) {
        this.description = description;
        this.features = features;
        this.weight = weight;
        this.bias = bias;
        this.centroids = centroids;
        this.bytes = bytes;
        this.digest = digest;
    }

    /**
     * A new head.
     *
     * @param weight {@code [labels, features]}, row-major
     * @param bias {@code [labels]}
     * @param centroids {@code [labels, features]}: for each label the mean of its pictures' normalised features
     * @throws ModelException if a shape is wrong, or an element is not finite
     */
    public static Head of(HeadDescription description, float[] weight, float[] bias, float[] centroids) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a head's file.
     *
     * @param source where it is from, for errors
     * @param bytes a whole safetensors file
     * @throws ModelException if it is no head
     */
    public static Head read(String source, byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /** Reads a head's file. */
    public static Head read(Path file) {
        throw new UnsupportedOperationException();
    }

    public HeadDescription description() {
        return description;
    }

    /** The number of features that it takes. */
    public int features() {
        return features;
    }

    /** The bytes of its file; not copied, so nobody may change them. */
    public byte[] bytes() {
        return bytes;
    }

    /** SHA-256 of its file, in lower-case hexadecimal, as {@code sha256sum} prints it. */
    public String digest() {
        return digest;
    }

    /**
     * The labels of a picture.
     *
     * @param unit {@code [features]} of the picture, of length one
     * @param topK maximum number of labels, at least 1
     */
    public HeadAnswer answer(float[] unit, int topK) {
        throw new UnsupportedOperationException();
    }

    /** By their files. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Head that && digest.equals(that.digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    /** {@code gate (SHA-256 1a2b...)}. */
    @Override
    public String toString() {
        return description.name() + " (SHA-256 " + digest + ")";
    }
}
