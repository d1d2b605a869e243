package io.flinkvision.core.quantization;

/**
 * The least and the largest element that a value of a network had over some pictures.
 *
 * @param least finite
 * @param largest finite, not below {@code least}
 */
public record ValueRange(float least, float largest) {

    public ValueRange {
        if (!Float.isFinite(least) || !Float.isFinite(largest) || least > largest) {
            throw new IllegalArgumentException("No range: from " + least + " to " + largest);
        }
    }

    /** The smallest range that holds both. */
    public ValueRange union(ValueRange other) {
        return new ValueRange(Math.min(least, other.least), Math.max(largest, other.largest));
    }

    /** This range, but from {@code bound} on. */
    ValueRange from(float bound) {
        return new ValueRange(Math.max(least, bound), Math.max(largest, bound));
    }
}
