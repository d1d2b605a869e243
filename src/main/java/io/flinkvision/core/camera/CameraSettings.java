package io.flinkvision.core.camera;

import java.util.Objects;
import java.util.Optional;

/**
 * Which frames of a source are sent, and how they are encoded.
 *
 * @param fps maximum of frames per second; video is thinned out to it, pictures and the test scene are sent at it
 * @param every only each {@code every}-th frame is sent, at least 1
 * @param maxSide in pixels, at least 16; larger video frames are scaled down
 * @param quality of frames that are encoded here, from 1 to 100, on the scale of the Independent JPEG Group
 * @param loop whether files restart at their end
 * @param realtime whether a video file is read at its own pace
 * @param follow whether a folder is watched for new files
 * @param again whether files that the topic already has are sent again
 * @param keyByFile whether a picture file's name is its record's key, and not the camera's id
 * @param max maximum number of frames
 * @param keyframes whether only the key frames of a video are decoded and sent
 * @param onlyChanges whether frames are left out that look like the last one sent
 */
public record CameraSettings(
        Optional<Double> fps,
        int every,
        Optional<Integer> maxSide,
        int quality,
        boolean loop,
        boolean realtime,
        boolean follow,
        boolean again,
        boolean keyByFile,
        Optional<Long> max,
        boolean keyframes,
        Optional<ChangeRule> onlyChanges) {

    /** Approximately that of cameras. */
    public static final int DEFAULT_QUALITY = 90;

    /** All frames, once. */
    public static final CameraSettings DEFAULTS = new CameraSettings(
            Optional.empty(), 1, Optional.empty(), DEFAULT_QUALITY, false, false, false, false, false,
            Optional.empty());

    public CameraSettings {
        Objects.requireNonNull(fps, "fps");
        Objects.requireNonNull(maxSide, "maxSide");
        Objects.requireNonNull(max, "max");
        Objects.requireNonNull(onlyChanges, "onlyChanges");
        fps.ifPresent(value -> require(value > 0 && value <= 1000, "fps must be above 0 and at most 1000", value));
        require(every >= 1, "every must be at least 1", every);
        maxSide.ifPresent(value -> require(value >= 16, "max-side must be at least 16", value));
        require(quality >= 1 && quality <= 100, "quality must be from 1 to 100", quality);
        max.ifPresent(value -> require(value >= 1, "max must be at least 1", value));
        if (loop && follow) {
            throw new IllegalArgumentException("loop and follow exclude each other: a followed folder has no end");
        }
    }

    /** All frames, whether they are key frames or not and whatever they look like. */
    public CameraSettings(Optional<Double> fps, int every, Optional<Integer> maxSide, int quality, boolean loop,
            boolean realtime, boolean follow, boolean again, boolean keyByFile, Optional<Long> max) {
        this(fps, every, maxSide, quality, loop, realtime, follow, again, keyByFile, max, false, Optional.empty());
    }

    private static void require(boolean condition, String rule, Number value) {
        if (!condition) {
            throw new IllegalArgumentException(rule + ", not " + value);
        }
    }

    /** Whether a side of a picture exceeds the maximum. */
    boolean isTooLarge(int width, int height) {
        return maxSide.filter(side -> Math.max(width, height) > side).isPresent();
    }

    /** These settings, with this rate if they have none. */
    CameraSettings withDefaultFps(double value) {
        return fps.isPresent() ? this : new CameraSettings(
                Optional.of(value), every, maxSide, quality, loop, realtime, follow, again, keyByFile, max, keyframes,
                onlyChanges);
    }

    /** These settings with {@code loop} and a rate. */
    public CameraSettings looping(double framesPerSecond) {
        return new CameraSettings(Optional.of(framesPerSecond), every, maxSide, quality, true, realtime, follow, again,
                keyByFile, max, keyframes, onlyChanges);
    }

    /** These settings with or without {@code keyframes}. */
    public CameraSettings withKeyframes(boolean value) {
        return new CameraSettings(fps, every, maxSide, quality, loop, realtime, follow, again, keyByFile, max, value,
                onlyChanges);
    }

    /** These settings, with this rule or without any. */
    public CameraSettings withOnlyChanges(Optional<ChangeRule> rule) {
        return new CameraSettings(fps, every, maxSide, quality, loop, realtime, follow, again, keyByFile, max,
                keyframes, rule);
    }
}
