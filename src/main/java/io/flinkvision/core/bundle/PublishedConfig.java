package io.flinkvision.core.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.CropRounding;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What the publisher of weights says of them: timm's {@code config.json} with its {@code pretrained_cfg}, Hugging Face
 * transformers' {@code config.json} and {@code preprocessor_config.json}, or the same keys in a checkpoint.
 *
 * @param source where the settings are, for messages
 * @param architecture the network's name in the publisher's code
 * @param classes the number of classes
 * @param inputSize side of the square input in pixels
 * @param crop the input's part of the shorter side before the crop
 * @param length pixels of the shorter side before the crop, where that is said in place of {@code crop}
 * @param isStretched whether pictures are resized to the square, whatever their shape
 * @param interpolation the filter of the resize
 * @param mean mean of each channel, of samples from 0 to 1
 * @param standardDeviation likewise
 * @param labels the classes' names
 * @param unsupported other settings, which are not supported, for messages
 */
record PublishedConfig(
        String source,
        Optional<String> architecture,
        OptionalInt classes,
        OptionalInt inputSize,
        OptionalDouble crop,
        OptionalInt length,
        boolean isStretched,
        Optional<Interpolation> interpolation,
        Optional<List<Float>> mean,
        Optional<List<Float>> standardDeviation,
        Optional<List<String>> labels,
        List<String> unsupported) {

    PublishedConfig {
        Objects.requireNonNull(source, "source");
        unsupported = List.copyOf(unsupported);
    }

    /**
     * Reads what is there, and leaves out what is malformed or missing.
     *
     * @param source the origin, for messages
     * @param roots objects, of which the first that has a key counts
     */
    static PublishedConfig of(String source, JsonNode... roots) {
        return new PublishedConfigReader(source, List.of(roots)).read();
    }

    /** Whether it says anything about how pictures are prepared. */
    boolean hasPreprocessing() {
        return inputSize.isPresent() || crop.isPresent() || length.isPresent() || isStretched
                || interpolation.isPresent() || mean.isPresent() || standardDeviation.isPresent();
    }

    /**
     * A preprocessing with what is said here in place of what is customary.
     *
     * @param customary of the input size that counts
     * @param rounding where a crop begins
     * @param taken receives the settings taken, for messages, except for the normalisation
     */
    Preprocessing over(Preprocessing customary, CropRounding rounding, Consumer<String> taken) {
        int size = customary.inputSize();
        inputSize.stream().filter(said -> said == size).forEach(said -> taken.accept("input size " + said));
        ResizeRule resize = customary.resize();
        if (isStretched) {
            resize = new ResizeRule.Stretch();
            taken.accept("no crop");
        } else if (crop.isPresent()) {
            resize = new ResizeRule.ShorterSide((int) Math.floor(size / crop.getAsDouble()), rounding);
            taken.accept("crop " + crop.getAsDouble());
        } else if (length.isPresent() && length.getAsInt() >= size) {
            resize = new ResizeRule.ShorterSide(length.getAsInt(), rounding);
            taken.accept("shorter side " + length.getAsInt());
        }
        interpolation.ifPresent(said -> taken.accept("interpolation " + said.name().toLowerCase(Locale.ROOT)));
        return new Preprocessing(size, resize, interpolation.orElse(customary.interpolation()),
                customary.channelOrder(), mean.orElse(customary.mean()),
                standardDeviation.orElse(customary.standardDeviation()));
    }

    /** The family of the architecture, as far as its name shows. */
    Optional<Family> family() {
        return architecture.map(PublishedConfig::normal).flatMap(name -> {
            if (name.startsWith("tf_mobilenetv3")) {
                return Optional.of(Family.TIMM_TF);
            }
            if (name.startsWith("mobilenetv3_")) {
                return Optional.of(Family.TIMM);
            }
            return name.startsWith("mobilenet_v3_") ? Optional.of(Family.TORCHVISION) : Optional.empty();
        });
    }

    /** Whether the architecture is another one than a network, so that the rest is not about it either. */
    boolean isOfAnother(Network network) {
        return architecture.map(PublishedConfig::normal).filter(name -> {
            boolean isMobileNetV3 = name.contains("mobilenetv3") || name.contains("mobilenet_v3");
            String otherSize = network.variant().size() == NetworkSize.SMALL ? "large" : "small";
            return !isMobileNetV3 || name.contains(otherSize);
        }).isPresent();
    }

    private static String normal(String name) {
        return name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT).replace('-', '_');
    }
}
