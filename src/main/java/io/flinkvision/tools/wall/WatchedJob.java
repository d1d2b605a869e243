package io.flinkvision.tools.wall;

import io.flinkvision.core.image.DecodeLimits;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;

/**
 * A job as somebody sees it who looks at its topics.
 *
 * @param inputTopics which topics it reads: the only ones that pictures are read from
 * @param labels its output topic
 * @param deadLetters its dead-letter topic
 * @param events the topic of the events; empty where nobody finds any
 * @param limits of the pictures
 * @param checkpointInterval a job that writes in transactions writes no more often
 * @param input properties of a consumer of the input topics: the brokers and how to log in
 * @param output likewise of the output topics
 */
public record WatchedJob(
        Predicate<String> inputTopics,
        String labels,
        String deadLetters,
        Optional<String> events,
        DecodeLimits limits,
        Duration checkpointInterval,
        Properties input,
        Properties output) {

    /** Longer than a job takes that runs. */
    private static final int CHECKPOINTS_OF_PATIENCE = 3;

    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(15);

    /** A decoder takes up to 12 bytes for each of these, 288 MB, which fits the wall's container of 1 GB. */
    private static final long MAX_SHOWN_PIXELS = 24_000_000;

    public WatchedJob {
        Objects.requireNonNull(inputTopics, "inputTopics");
        Objects.requireNonNull(labels, "labels");
        Objects.requireNonNull(deadLetters, "deadLetters");
        Objects.requireNonNull(events, "events");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(checkpointInterval, "checkpointInterval");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
    }

    /**
     * The limits of the pictures that are shown: the job's, but at most 24 megapixels, and as much as there is of those
     * that were cut off.
     */
    DecodeLimits pictureLimits() {
        DecodeLimits whole = limits.acceptingTruncation();
        return new DecodeLimits(whole.maxBytes(), Math.min(whole.maxPixels(), MAX_SHOWN_PIXELS), whole.maxSide(),
                whole.formats(), whole.truncation());
    }

    /** How long it may write nothing though pictures come. */
    Duration patience() {
        Duration checkpoints = checkpointInterval.multipliedBy(CHECKPOINTS_OF_PATIENCE);
        return checkpoints.compareTo(LEAST_PATIENCE) > 0 ? checkpoints : LEAST_PATIENCE;
    }

    /** Without the clients' properties, which hold passwords. */
    @Override
    public String toString() {
        return "WatchedJob[labels=" + labels + ", deadLetters=" + deadLetters + "]";
    }
}
