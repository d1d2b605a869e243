package io.flinkvision.core.quantization;


/**
 * Real numbers as unsigned 8-bit ones: {@code real = scale * (quantised - zeroPoint)}, which is what ONNX's
 * {@code QuantizeLinear} and {@code DequantizeLinear} compute (Jacob et al., Quantization and Training of Neural
 * Networks for Efficient Integer-Arithmetic-Only Inference, 2018, equation 1).
 *
 * @param scale positive
 * @param zeroPoint the number that stands for 0, from 0 to 255
 */
public record AffineQuantization(float scale, int zeroPoint) {

    private static final int MAX = 255;

    public AffineQuantization {
        if (!(scale > 0) || !Float.isFinite(scale)) {
            throw new IllegalArgumentException("A scale must be positive, not " + scale);
        }
        if (zeroPoint < 0 || zeroPoint > MAX) {
            throw new IllegalArgumentException("A zero point must be from 0 to 255, not " + zeroPoint);
        }
    }

    /**
     * The one whose 256 numbers cover a range, and 0 exactly, since convolutions pad with it.
     *
     * @param range need not hold 0; it is widened to it
     */
    public static AffineQuantization covering(ValueRange range) {
        double least = Math.min(0, range.least());
        double largest = Math.max(0, range.largest());
        float scale = (float) ((largest - least) / MAX);
        // Of a range so narrow that it has no scale, everything is 0.
        return scale > 0
                ? new AffineQuantization(scale, (int) Math.min(MAX, Math.rint(-least / scale)))
                : new AffineQuantization(1, 0);
    }

    /** The nearest number, halves to even, clipped to the range. */
    public int quantise(double real) {
        return (int) Math.max(0, Math.min(MAX, Math.rint(real / scale) + zeroPoint));
    }

    /** The real number of a quantised one. */
    public double dequantise(int quantised) {
        return (double) scale * (quantised - zeroPoint);
    }

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
}
