package io.flinkvision.core.mobilenet;

import java.util.Objects;

/**
 * A variant of a family's network.
 *
 * @param size Large or Small
 * @param widthMultiplier factor of the widths; positive
 * @param reducedTail whether the last stage has half the channels (Howard et al. 2019, section 6.4)
 * @param minimalistic whether it does without squeeze-and-excite, h-swish and 5x5 kernels, as the models that the
 *     paper's authors published as "minimalistic" for hardware that those slow down
 * @param classes classes of the output
 */
public record Variant(
        NetworkSize size, double widthMultiplier, boolean reducedTail, boolean minimalistic, int classes) {

    public Variant {
        Objects.requireNonNull(size, "size");
        if (!(widthMultiplier > 0) || Double.isInfinite(widthMultiplier)) {
            throw new IllegalArgumentException("The width multiplier must be positive, not " + widthMultiplier);
        }
        if (classes < 1) {
            throw new IllegalArgumentException("A network needs at least one class, not " + classes);
        }
    }

    /** A variant that is not minimalistic. */
    public Variant(NetworkSize size, double widthMultiplier, boolean reducedTail, int classes) {
        this(size, widthMultiplier, reducedTail, false, classes);
    }

    /** The same with another width multiplier. */
    Variant withWidthMultiplier(double other) {
        return new Variant(size, other, reducedTail, minimalistic, classes);
    }

    /** The same with other classes. */
    public Variant withClasses(int other) {
        return new Variant(size, widthMultiplier, reducedTail, minimalistic, other);
    }

    /** As people name it: {@code SMALL x0.75, reduced tail, with 1000 classes}. */
    @Override
    public String toString() {
        return size + " x" + widthMultiplier
                + (reducedTail ? ", reduced tail," : "")
                + (minimalistic ? ", minimalistic," : "")
                + " with " + classes + (classes == 1 ? " class" : " classes");
    }

    /** The two networks of the paper (Howard et al. 2019, section 5): one for high and one for low resource use. */
    public enum NetworkSize {
        LARGE,
        SMALL
    }
}
