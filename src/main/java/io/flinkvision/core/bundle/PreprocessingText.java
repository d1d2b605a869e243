package io.flinkvision.core.bundle;

import io.flinkvision.core.bundle.BundleOptions.Resize;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.OnnxGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A preprocessing as the keys of a description and back. */
final class PreprocessingText {

    /** {@link OnnxGraph}'s networks halve their input five times. */
    private static final int INPUT_SIZE_MULTIPLE = 32;

    private PreprocessingText() {}

    /**
     * Reads the keys.
     *
     * @param inputSize side of the square input in pixels, as the keys or the network tell it
     * @throws ConfigurationException that names the key whose value cannot be
     */
    static Preprocessing read(OptionValues configuration, int inputSize) {
        try {
            ResizeRule resize = switch (configuration.get(BundleOptions.RESIZE)) {
                case STRETCH -> new ResizeRule.Stretch();
                case SHORTER_SIDE -> new ResizeRule.ShorterSide(configuration.get(BundleOptions.RESIZE_LENGTH),
                        configuration.get(BundleOptions.CROP_ROUNDING));
                case LETTERBOX -> new ResizeRule.Letterbox(configuration.get(BundleOptions.FILL));
            };
            return new Preprocessing(inputSize, resize, configuration.get(BundleOptions.INTERPOLATION),
                    configuration.get(BundleOptions.CHANNEL_ORDER), floats(configuration.get(BundleOptions.MEAN)),
                    floats(configuration.get(BundleOptions.STANDARD_DEVIATION)));
        } catch (IllegalArgumentException e) {
            Option<?> refused = refusedKey(configuration, inputSize);
            throw new ConfigurationException(List.of(configuration.problem(refused, e.getMessage())));
        }
    }

    /**
     * Checks that a MobileNetV3 can take an input.
     *
     * @throws ConfigurationException if it cannot
     */
    static void requireMultipleOf32(OptionValues configuration) {
        int inputSize = configuration.get(BundleOptions.INPUT_SIZE);
        if (inputSize % INPUT_SIZE_MULTIPLE != 0) {
            throw new ConfigurationException(List.of(configuration.problem(BundleOptions.INPUT_SIZE,
                    "The input size must be a multiple of 32 pixels, not " + inputSize)));
        }
    }

    /** The key whose value {@link Preprocessing} refuses, in the order in which it checks them. */
    private static Option<?> refusedKey(OptionValues configuration, int inputSize) {
        if (configuration.get(BundleOptions.RESIZE) == Resize.SHORTER_SIDE
                && configuration.get(BundleOptions.RESIZE_LENGTH) < inputSize) {
            return BundleOptions.RESIZE_LENGTH;
        }
        List<Float> mean = floats(configuration.get(BundleOptions.MEAN));
        return mean.size() == 3 && mean.stream().allMatch(Float::isFinite)
                ? BundleOptions.STANDARD_DEVIATION
                : BundleOptions.MEAN;
    }

    private static List<Float> floats(List<Double> numbers) {
        return numbers.stream().map(Double::floatValue).toList();
    }

    /** The keys' values as a description has them, in the order of {@link BundleOptions#OF_PREPROCESSING}. */
    static Map<Option<?>, String> write(Preprocessing preprocessing) {
        Map<Option<?>, String> values = new LinkedHashMap<>();
        put(values, BundleOptions.INPUT_SIZE, preprocessing.inputSize());
        ResizeRule resize = preprocessing.resize();
        if (resize instanceof ResizeRule.ShorterSide shorterSide) {
            put(values, BundleOptions.RESIZE, Resize.SHORTER_SIDE);
            put(values, BundleOptions.RESIZE_LENGTH, shorterSide.length());
            put(values, BundleOptions.CROP_ROUNDING, shorterSide.cropRounding());
        } else if (resize instanceof ResizeRule.Letterbox letterbox) {
            put(values, BundleOptions.RESIZE, Resize.LETTERBOX);
            put(values, BundleOptions.FILL, letterbox.fill());
        } else {
            put(values, BundleOptions.RESIZE, Resize.STRETCH);
        }
        put(values, BundleOptions.INTERPOLATION, preprocessing.interpolation());
        put(values, BundleOptions.CHANNEL_ORDER, preprocessing.channelOrder());
        put(values, BundleOptions.MEAN, doubles(preprocessing.mean()));
        put(values, BundleOptions.STANDARD_DEVIATION, doubles(preprocessing.standardDeviation()));
        return values;
    }

    private static <T> void put(Map<Option<?>, String> values, Option<T> option, T value) {
        values.put(option, option.type().print(value));
    }

    /** Through their shortest text: 0.485 as a float is not 0.485 as a double. */
    private static List<Double> doubles(List<Float> numbers) {
        return numbers.stream().map(number -> Double.valueOf(number.toString())).toList();
    }
}
