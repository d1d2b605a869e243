package io.flinkvision.model;

import java.util.List;
import java.util.Locale;

/** A form in which people have MobileNetV3: the tables, the places of its parts, and the names of its tensors. */
public enum Family {
    /** The network of xiaolai-sqlai/mobilenetv3, see {@link SeedFamily}. */
    SEED(1e-5, false) {
        @Override
        List<Layer> layers(Variant variant) {
            return SeedFamily.layers(variant);
        }
    },
    /** The network of torchvision's {@code mobilenet_v3_large} and {@code _small}, see {@link TorchvisionFamily}. */
    TORCHVISION(1e-3, true) {
        @Override
        List<Layer> layers(Variant variant) {
            return TorchvisionFamily.layers(variant);
        }
    };

    private final double batchNormEpsilon;

    private final boolean scalable;

    Family(double batchNormEpsilon, boolean scalable) {
        this.batchNormEpsilon = batchNormEpsilon;
        this.scalable = scalable;
    }

    /** The batch normalisation's epsilon in the family's own code. */
    public double batchNormEpsilon() {
        return batchNormEpsilon;
    }

    /** Whether the family has width multipliers and reduced tails. */
    public boolean isScalable() {
        return scalable;
    }

    /** The name in a bundle's {@code family}: {@code seed}, {@code torchvision}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    abstract List<Layer> layers(Variant variant);

    /**
     * The network of a variant.
     *
     * @throws ModelException if the family has no such variant
     */
    public Network network(Variant variant) {
        return new Network(this, variant, layers(variant));
    }

    /**
     * The paper code's rule for a scaled width: the nearest multiple of 8, at least 8, and never less than nine tenths
     * of what was asked for.
     */
    static int divisibleBy8(double channels) {
        int nearest = Math.max(8, (int) (channels + 4) / 8 * 8);
        return nearest < 0.9 * channels ? nearest + 8 : nearest;
    }
}
