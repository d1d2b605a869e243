package io.flinkvision.tools.feed;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the frames go.
 *
 * @param topic the Kafka topic
 * @param largestFrameBytes the most bytes of a frame; larger ones are left out
 * @param records the folder that remembers which files this topic has; empty to remember nothing
 */
public record FeedTarget(String topic, long largestFrameBytes, Optional<Path> records) {

    public FeedTarget {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(records, "records");
        if (largestFrameBytes < 1) {
            throw new IllegalArgumentException("largestFrameBytes must be at least 1, not " + largestFrameBytes);
        }
    }
}
