package io.flinkvision.core.head;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.core.weights.ModelException;
import java.io.Serializable;
import java.util.Objects;

/**
 * The network up to its pooled features, on which heads answer.
 *
 * @param digest SHA-256 of the network's weights, in lower-case hexadecimal
 * @param features the number of features that it gives of a picture
 */
public record Backbone(String digest, int features) implements Serializable {

    private static final long serialVersionUID = 1L;

    public Backbone {
        Objects.requireNonNull(digest, "digest");
        if (features < 1) {
            throw new IllegalArgumentException("A backbone has at least 1 feature, not " + features);
        }
    }

    /**
     * The network of a bundle. It is not loaded: a client has no ONNX Runtime.
     *
     * @throws ModelException if the network cannot be read, or cut at its pooled features
     */
    public static Backbone of(ModelBundle bundle) {
        return new Backbone(bundle.backboneDigest(), FeatureClassifier.features(bundle));
    }
}
