package io.flinkvision.core.weights;

import java.util.List;
import java.util.Objects;

/**
 * A tensor that a network expects in its state dict.
 *
 * @param name its name in the family's own naming
 * @param shape its dimensions, the outermost first
 */
public record TensorShape(String name, List<Integer> shape) {

    public TensorShape {
        Objects.requireNonNull(name, "name");
        shape = List.copyOf(shape);
    }
}
