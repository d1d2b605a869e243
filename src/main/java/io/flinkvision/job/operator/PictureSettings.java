package io.flinkvision.job.operator;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * Which pictures go to the topic of pictures, and how.
 *
 * @param every a camera's pictures are at least this far apart, unless {@code onChange}
 * @param onChange whether a camera's picture is also sent when it shows something else than the last one sent
 * @param quality of pictures that are encoded here, from 1 to 100
 * @param largestRecord bytes of the largest record that the topic takes
 */
public record PictureSettings(Duration every, boolean onChange, int quality, int largestRecord)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    public PictureSettings {
        Objects.requireNonNull(every, "every");
        if (every.isNegative()) {
            throw new IllegalArgumentException("No time between two pictures is " + every);
        }
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("A quality is a number from 1 to 100, not " + quality);
        }
    }
}
