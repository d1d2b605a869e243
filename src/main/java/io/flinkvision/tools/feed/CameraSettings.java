package io.flinkvision.tools.feed;

import java.util.Objects;
import java.util.Optional;

/**
 * What is taken of a source, and how it is encoded.
 *
 * @param fps the most frames a second; video is thinned out to it, pictures and the test scene are sent at it
 * @param every one frame in so many is sent, at least 1
 * @param maxSide the most pixels of a side; larger video frames are scaled down; at least 16
 * @param quality of frames that are encoded here, from 1 to 100, as the Independent JPEG Group counts it
 * @param loop whether files start again at their end
 * @param realtime whether a video file is read at the pace at which it was recorded
 * @param follow whether a folder is watched for new files
 * @param again whether files are sent that the topic has already
 * @param keyByFile whether the key of a picture that is a file is its name, and not the camera's id
 * @param max the most frames that are sent
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
        Optional<Long> max) {

    /** About the quality at which cameras encode. */
    public static final int DEFAULT_QUALITY = 90;

    /** All frames as they are, once. */
    public static final CameraSettings DEFAULTS = new CameraSettings(
            Optional.empty(), 1, Optional.empty(), DEFAULT_QUALITY, false, false, false, false, false,
            Optional.empty());

    public CameraSettings {
        Objects.requireNonNull(fps, "fps");
        Objects.requireNonNull(maxSide, "maxSide");
        Objects.requireNonNull(max, "max");
        fps.ifPresent(value -> require(value > 0 && value <= 1000, "fps must be above 0 and at most 1000", value));
        require(every >= 1, "every must be at least 1", every);
        maxSide.ifPresent(value -> require(value >= 16, "max-side must be at least 16", value));
        require(quality >= 1 && quality <= 100, "quality must be from 1 to 100", quality);
        max.ifPresent(value -> require(value >= 1, "max must be at least 1", value));
        if (loop && follow) {
            throw new IllegalArgumentException("loop and follow exclude each other: a followed folder has no end");
        }
    }

    private static void require(boolean condition, String rule, Number value) {
        if (!condition) {
            throw new IllegalArgumentException(rule + ", not " + value);
        }
    }

    /** The same with the test scene's own pace, where none was set. */
    CameraSettings withDefaultFps(double value) {
        return fps.isPresent() ? this : new CameraSettings(
                Optional.of(value), every, maxSide, quality, loop, realtime, follow, again, keyByFile, max);
    }

    /** The same, from the start again at the end, at a pace. */
    public CameraSettings looping(double framesPerSecond) {
        return new CameraSettings(Optional.of(framesPerSecond), every, maxSide, quality, true, realtime, follow, again,
                keyByFile, max);
    }
}
