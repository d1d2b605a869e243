package io.flinkvision.core.head;

import io.flinkvision.core.inference.ClassScores;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.weights.LinearHead;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    private final float[] unitCentroids;
    private final byte[] bytes;
    private final String digest;

    private Head(HeadFile.Contents contents, float[] unitCentroids, byte[] bytes) {
        this.description = contents.description();
        this.features = contents.features();
        this.weight = contents.weight();
        this.bias = contents.bias();
        this.unitCentroids = unitCentroids;
        this.bytes = bytes;
        this.digest = Sha256.of(bytes);
    }

    /**
     * A new head. The same arguments give the same bytes, and so the same digest.
     *
     * @param weight {@code [labels, features]}, row-major
     * @param bias {@code [labels]}
     * @param centroids {@code [labels, features]}: for each label the mean of its pictures' normalised features
     * @throws ModelException if a shape is wrong, an element is not finite, or a centroid is of length zero
     */
    public static Head of(HeadDescription description, float[] weight, float[] bias, float[] centroids) {
        String source = "head " + description.name();
        int labels = description.labels().size();
        int features = weight.length / labels;
        requireLength(source, "weight", weight, labels * Math.max(features, 1));
        requireLength(source, "bias", bias, labels);
        requireLength(source, "centroids", centroids, weight.length);
        // Read again, so that a head that was just made passes the same checks as one from elsewhere.
        return read(source,
                HeadFile.write(new HeadFile.Contents(description, features, weight, bias, centroids)));
    }

    private static void requireLength(String source, String tensor, float[] elements, int length) {
        if (elements.length != length) {
            throw new ModelException(
                    source + ": tensor " + tensor + " has " + elements.length + " elements, not " + length);
        }
    }

    /**
     * Reads a head's file.
     *
     * @param source where it is from, for errors
     * @param bytes a whole safetensors file of at most 2 MiB; kept, so nobody may change them
     * @throws ModelException if it is no head
     */
    public static Head read(String source, byte[] bytes) {
        HeadFile.Contents contents = HeadFile.read(source, bytes);
        return new Head(contents, unitCentroids(source, contents), bytes);
    }

    /**
     * Reads a head's file.
     *
     * @throws ModelException if it cannot be read, or is no head
     */
    public static Head read(Path file) {
        // One byte more than a head has, so that a larger file is refused by its length and never read whole.
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in.readNBytes(LinearHead.MAX_BYTES + 1));
        } catch (NoSuchFileException e) {
            throw new ModelException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static float[] unitCentroids(String source, HeadFile.Contents contents) {
        float[] units = new float[contents.centroids().length];
        int features = contents.features();
        for (int start = 0; start < units.length; start += features) {
            double squares = 0;
            for (int i = start; i < start + features; i++) {
                squares += (double) contents.centroids()[i] * contents.centroids()[i];
            }
            if (squares == 0) {
                int label = start / features;
                throw new ModelException(source + ": row " + label + " of tensor centroids, of label '"
                        + contents.description().labels().get(label) + "', is zero: it points nowhere");
            }
            double norm = Math.sqrt(squares);
            for (int i = start; i < start + features; i++) {
                units[i] = (float) (contents.centroids()[i] / norm);
            }
        }
        return units;
    }

    /**
     * Checks that it was taught on a network.
     *
     * @throws ModelException that names both digests, if it was taught on another one, or takes another number of
     *     features
     */
    public void requireTaughtOn(Backbone backbone) {
        if (!description.backboneDigest().equals(backbone.digest())) {
            throw new ModelException("Head " + description.name() + " was taught on the network with the SHA-256 "
                    + description.backboneDigest() + ", but is to answer on the one with " + backbone.digest()
                    + "; teach it on that one");
        }
        if (features != backbone.features()) {
            throw new ModelException("Head " + description.name() + " takes " + features + " features, but the"
                    + " network that it is to answer on gives " + backbone.features());
        }
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
     * The labels of a picture, by softmax of its logits; among equal scores the lower index first.
     *
     * @param unit {@code [features]} of the picture, of length one; or all zero, which is far from every label
     * @param topK maximum number of labels, at least 1
     * @throws IllegalArgumentException if there are more or fewer features, or {@code topK} is below 1
     */
    public HeadAnswer answer(float[] unit, int topK) {
        if (unit.length != features) {
            throw new IllegalArgumentException(this + " takes " + features + " features, not " + unit.length);
        }
        double[] logits = new double[bias.length];
        double nearest = -1;
        for (int label = 0; label < logits.length; label++) {
            logits[label] = bias[label] + dot(weight, label, unit);
            nearest = Math.max(nearest, dot(unitCentroids, label, unit));
        }
        // Rounding makes cosines a little larger than 1.
        double distance = Math.max(0, Math.min(2, 1 - nearest));
        return new HeadAnswer(
                ClassScores.softmax(logits, description.temperature(), description.labels(), topK),
                distance,
                description.threshold().isPresent() && distance > description.threshold().get());
    }

    private double dot(float[] rows, int row, float[] unit) {
        double sum = 0;
        for (int i = 0, j = row * features; i < features; i++, j++) {
            sum += (double) rows[j] * unit[i];
        }
        return sum;
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
