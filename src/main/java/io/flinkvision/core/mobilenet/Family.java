package io.flinkvision.core.mobilenet;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.CropRounding;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.mobilenet.Layer.Padding;
import io.flinkvision.core.weights.ModelException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A form in which people have MobileNetV3: the tables, the places of its parts, and the names of its tensors. */
public enum Family {
    /**
     * The network of xiaolai-sqlai/mobilenetv3 as of 2019, see {@link SeedFamily}. That code has no evaluation; the
     * preprocessing is the one common to ImageNet networks of the time.
     */
    SEED(1e-5, Set.of(), Interpolation.BILINEAR, Normalisation.IMAGENET) {
        @Override
        List<Layer> layers(Variant variant) {
            return SeedFamily.layers(variant, true);
        }
    },
    /**
     * The network of xiaolai-sqlai/mobilenetv3's first weights, of May 2019, without the squeeze, see
     * {@link SeedFamily}. Preprocessing as for {@link #SEED}.
     */
    SEED_OLD(1e-5, Set.of(), Interpolation.BILINEAR, Normalisation.IMAGENET) {
        @Override
        List<Layer> layers(Variant variant) {
            return SeedFamily.layers(variant, false);
        }
    },
    /**
     * The network of xiaolai-sqlai/mobilenetv3 as of 2023, see {@link Seed2023Family}. Preprocessing: that repository's
     * {@code datasets.py}, {@code build_transform}, and its training logs.
     */
    SEED_2023(1e-5, Set.of(), Interpolation.BICUBIC, Normalisation.IMAGENET) {
        @Override
        List<Layer> layers(Variant variant) {
            return Seed2023Family.layers(variant);
        }
    },
    /**
     * The network of torchvision's {@code mobilenet_v3_large} and {@code _small}, see {@link TorchvisionFamily}.
     * Preprocessing: torchvision's {@code ImageClassification} preset with {@code crop_size=224}, its weights'
     * {@code IMAGENET1K_V1}. (Its Large {@code IMAGENET1K_V2} weights are evaluated with a shorter side of 232.)
     */
    TORCHVISION(1e-3, EnumSet.of(Variation.WIDTH_MULTIPLIER, Variation.REDUCED_TAIL),
            Interpolation.BILINEAR, Normalisation.IMAGENET) {
        @Override
        List<Layer> layers(Variant variant) {
            return TorchvisionFamily.layers(variant);
        }
    },
    /**
     * The network of d-li14/mobilenetv3.pytorch, see {@link Dli14Family}. That repository has no evaluation; the
     * preprocessing is the one common to ImageNet networks of the time.
     */
    DLI14(1e-5, EnumSet.of(Variation.WIDTH_MULTIPLIER), Interpolation.BILINEAR, Normalisation.IMAGENET) {
        @Override
        List<Layer> layers(Variant variant) {
            return Dli14Family.layers(variant);
        }
    },
    /**
     * The network of timm's {@code mobilenetv3_large_100} and siblings, see {@link TimmFamily}. Preprocessing: timm's
     * {@code default_cfgs} for {@code mobilenetv3_large_100.ra_in1k} and {@code mobilenetv3_small_*.lamb_in1k}.
     * (Weights called {@code miil} are evaluated bilinear with mean 0 and standard deviation 1, those called
     * {@code ra4} with mean and standard deviation 0.5 and a crop of 0.95.)
     */
    TIMM(1e-5, EnumSet.of(Variation.WIDTH_MULTIPLIER), Interpolation.BICUBIC, Normalisation.IMAGENET) {
        @Override
        List<Layer> layers(Variant variant) {
            return TimmFamily.layers(variant, Padding.SYMMETRIC);
        }
    },
    /**
     * The network of timm's {@code tf_mobilenetv3_large_100} and siblings, weights from TensorFlow, see
     * {@link TimmFamily}. Preprocessing: timm's {@code default_cfgs} for {@code tf_mobilenetv3_*.in1k}, with a crop
     * that is rounded as TensorFlow rounds it.
     */
    TIMM_TF(1e-3, EnumSet.of(Variation.WIDTH_MULTIPLIER, Variation.MINIMALISTIC),
            Interpolation.BILINEAR, Normalisation.INCEPTION) {
        @Override
        List<Layer> layers(Variant variant) {
            return TimmFamily.layers(variant, Padding.SAME);
        }

        @Override
        public CropRounding cropRounding() {
            return CropRounding.DOWN;
        }
    };

    /** Differences between a family's networks, besides size and number of classes. */
    enum Variation { WIDTH_MULTIPLIER, REDUCED_TAIL, MINIMALISTIC }

    /** Mean and standard deviation of a channel. */
    private enum Normalisation {
        IMAGENET(Preprocessing.IMAGENET_MEAN, Preprocessing.IMAGENET_STANDARD_DEVIATION),
        /** From [0, 1] to [-1, 1], as TensorFlow's Inception and MobileNet have it. */
        INCEPTION(Collections.nCopies(3, 0.5f), Collections.nCopies(3, 0.5f));

        private final List<Float> mean;
        private final List<Float> standardDeviation;

        Normalisation(List<Float> mean, List<Float> standardDeviation) {
            this.mean = mean;
            this.standardDeviation = standardDeviation;
        }
    }

    /** The input's part of the shorter side before the crop: 224 of 256 pixels, in every family. */
    private static final double CROP = 0.875;

    private final double batchNormEpsilon;
    private final Set<Variation> variations;
    private final Interpolation interpolation;
    private final Normalisation normalisation;

    Family(double batchNormEpsilon, Set<Variation> variations, Interpolation interpolation,
            Normalisation normalisation) {
        this.batchNormEpsilon = batchNormEpsilon;
        this.variations = variations;
        this.interpolation = interpolation;
        this.normalisation = normalisation;
    }

    /** The batch normalisation's epsilon in the family's own code. */
    public double batchNormEpsilon() {
        return batchNormEpsilon;
    }

    /** Whether the family has width multipliers. */
    public boolean isScalable() {
        return variations.contains(Variation.WIDTH_MULTIPLIER);
    }

    /** Whether the family has networks whose last stage is halved. */
    public boolean hasReducedTails() {
        return variations.contains(Variation.REDUCED_TAIL);
    }

    /** Whether the family has networks without squeeze-and-excite, h-swish and 5x5 kernels. */
    public boolean hasMinimalisticNetworks() {
        return variations.contains(Variation.MINIMALISTIC);
    }

    /** The name in a bundle's {@code family}: {@code seed}, {@code torchvision}, {@code timm-tf}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The preparation of pictures in the evaluation by the family's authors; the constants name the source. The
     * shorter side is resized to {@code inputSize / 0.875}, rounded down as timm does (224 to 256), and the centre is
     * cropped.
     *
     * @param inputSize side of the square input in pixels, a multiple of 32
     */
    public Preprocessing preprocessing(int inputSize) {
        return new Preprocessing(inputSize, new ResizeRule.ShorterSide((int) (inputSize / CROP), cropRounding()),
                interpolation, ChannelOrder.RGB, normalisation.mean, normalisation.standardDeviation);
    }

    public CropRounding cropRounding() {
        return CropRounding.HALF_EVEN;
    }

    abstract List<Layer> layers(Variant variant);

    /**
     * The network of a variant.
     *
     * @throws ModelException if the family has no such variant
     */
    public Network network(Variant variant) {
        List<String> lacks = new ArrayList<>();
        if (variant.widthMultiplier() != 1 && !isScalable()) {
            lacks.add("no width multiplier");
        }
        if (variant.reducedTail() && !hasReducedTails()) {
            lacks.add("no reduced tail");
        }
        if (variant.minimalistic() && !hasMinimalisticNetworks()) {
            lacks.add("no minimalistic networks");
        }
        if (!lacks.isEmpty()) {
            throw new ModelException("The " + id() + " family has " + String.join(" and ", lacks) + ", but "
                    + variant + " was asked for");
        }
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
