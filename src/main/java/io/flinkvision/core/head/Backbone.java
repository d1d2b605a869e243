package io.flinkvision.core.head;

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
}
