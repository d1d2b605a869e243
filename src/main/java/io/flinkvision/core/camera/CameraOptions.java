package io.flinkvision.core.camera;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType.Scalar;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.core.configuration.References;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The keys of one camera, in a file of cameras and in a record of the topic of cameras. All are single values.
 *
 * @param prefix of their paths: {@code cameras.ID.} in a file
 */
record CameraOptions(
        String prefix,
        Option<String> source,
        Option<Double> fps,
        Option<Integer> every,
        Option<Integer> maxSide,
        Option<Integer> quality,
        Option<Boolean> loop,
        Option<Boolean> realtime,
        Option<Boolean> follow,
        Option<Boolean> keyframes,
        Option<Integer> changeThreshold,
        Option<Duration> changeAtLeastEvery) {

    /** The only key that each camera has. */
    static final String SOURCE = "source";

    static CameraOptions of(String prefix) {
        return new CameraOptions(prefix,
                Option.required(prefix + SOURCE, OptionType.text(), "A SOURCE of bin/vision feed."),
                Option.optional(prefix + "fps", OptionType.number(), "Maximum of frames per second."),
                Option.optional(prefix + "every", OptionType.wholeNumber(1, Integer.MAX_VALUE),
                        "One frame in this many is sent."),
                Option.optional(prefix + "max-side", OptionType.wholeNumber(16, 65535), "Maximum side in pixels."),
                Option.optional(prefix + "quality", OptionType.wholeNumber(1, 100), "JPEG quality."),
                Option.optional(prefix + "loop", OptionType.truth(), "Whether files restart at their end."),
                Option.optional(prefix + "realtime", OptionType.truth(), "Whether videos keep their own pace."),
                Option.optional(prefix + "follow", OptionType.truth(), "Whether folders are watched for new files."),
                Option.optional(prefix + "keyframes", OptionType.truth(),
                        "Whether only the key frames of videos are decoded and sent."),
                Option.optional(prefix + "only-changes.threshold", OptionType.wholeNumber(1, 255),
                        "A frame that differs by fewer grey levels from the last one sent is not sent."),
                Option.optional(prefix + "only-changes.at-least-every",
                        OptionType.duration(Duration.ofMillis(1)),
                        "A frame is sent after this time, whatever it looks like."));
    }

    List<Option<?>> all() {
        return List.of(source, fps, every, maxSide, quality, loop, realtime, follow, keyframes, changeThreshold,
                changeAtLeastEvery);
    }

    /** The options by their keys, without the prefix. */
    Map<String, Option<?>> byKey() {
        return all().stream().collect(Collectors.toMap(this::key, Function.identity()));
    }

    /** The key of an option: its path without the prefix. */
    String key(Option<?> option) {
        return option.path().substring(prefix.length());
    }

    /** The same keys with any text as a value, for references that are not replaced yet. */
    List<Option<?>> asTexts() {
        return all().stream().<Option<?>>map(option -> option.required()
                        ? Option.required(option.path(), OptionType.text(), option.description())
                        : Option.optional(option.path(), OptionType.text(), option.description()))
                .toList();
    }

    /** @throws IllegalArgumentException if an option does not take this text; it names no key */
    static void requireValue(Option<?> option, String text) {
        ((Scalar<?>) option.type()).parser().apply(text);
    }

    /**
     * The camera of an id.
     *
     * @param defaults for the settings that it does not have
     * @throws CameraException if the source is none
     * @throws IllegalArgumentException if settings exclude each other
     */
    CameraDefinition camera(String id, OptionValues values, CameraSettings defaults) {
        List<FrameSource> sources = SourceParser.parse(values.get(source));
        if (sources.size() != 1) {
            throw new CameraException("is " + sources.size() + " sources, but a camera has one");
        }
        return new CameraDefinition(id, sources.get(0), settings(values, defaults));
    }

    /**
     * The settings of a camera.
     *
     * @param defaults for those that it does not have
     * @throws IllegalArgumentException if they exclude each other
     */
    private CameraSettings settings(OptionValues values, CameraSettings defaults) {
        return new CameraSettings(
                values.find(fps).or(defaults::fps),
                values.find(every).orElse(defaults.every()),
                values.find(maxSide).or(defaults::maxSide),
                values.find(quality).orElse(defaults.quality()),
                values.find(loop).orElse(defaults.loop()),
                values.find(realtime).orElse(defaults.realtime()),
                values.find(follow).orElse(defaults.follow()),
                defaults.again(), defaults.keyByFile(), defaults.max(),
                values.find(keyframes).orElse(defaults.keyframes()),
                onlyChanges(values, defaults.onlyChanges()));
    }

    /** Which frames are sent, as far as these texts tell it without their references. */
    Optional<ChangeRule> onlyChanges(Map<String, String> texts) {
        return value(changeThreshold, texts).map(levels -> new ChangeRule(levels,
                value(changeAtLeastEvery, texts).orElse(ChangeRule.DEFAULT_AT_LEAST_EVERY)));
    }

    private <T> Optional<T> value(Option<T> option, Map<String, String> texts) {
        return Optional.ofNullable(texts.get(key(option)))
                .filter(text -> !References.isIn(text))
                .map(((Scalar<T>) option.type()).parser());
    }

    private Optional<ChangeRule> onlyChanges(OptionValues values, Optional<ChangeRule> defaults) {
        Optional<Integer> threshold = values.find(changeThreshold).or(() -> defaults.map(ChangeRule::threshold));
        Optional<Duration> every = values.find(changeAtLeastEvery);
        if (threshold.isEmpty() && every.isPresent()) {
            throw new IllegalArgumentException(
                    "only-changes.at-least-every has no effect without only-changes.threshold");
        }
        return threshold.map(levels -> new ChangeRule(levels, every.or(() -> defaults.map(ChangeRule::atLeastEvery))
                .orElse(ChangeRule.DEFAULT_AT_LEAST_EVERY)));
    }
}
