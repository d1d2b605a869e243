package io.flinkvision.model;

import java.util.Objects;

/**
 * Which network of a family.
 *
 * @param size Large or Small
 * @param widthMultiplier by which every width is scaled; positive
 * @param reducedTail whether the last stage has half the channels (Howard et al. 2019, section 6.4); torchvision only
 * @param classes classes of the output
 */
public record Variant(NetworkSize size, double widthMultiplier, boolean reducedTail, int classes) {

    public Variant {
        Objects.requireNonNull(size, "size");
        if (!(widthMultiplier > 0) || Double.isInfinite(widthMultiplier)) {
            throw new IllegalArgumentException("The width multiplier must be positive, not " + widthMultiplier);
        }
        if (classes < 1) {
            throw new IllegalArgumentException("A network needs at least one class, not " + classes);
        }
    }
}
