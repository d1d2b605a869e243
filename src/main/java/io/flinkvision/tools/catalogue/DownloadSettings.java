package io.flinkvision.tools.catalogue;

import java.time.Duration;

/**
 * How patient a download is.
 *
 * @param connectTimeout for a connection
 * @param idleTimeout without an answer or without another byte; the download as a whole may take as long as it needs
 * @param attempts of all, at least 1
 * @param firstPause before the second attempt; each later one is twice as long
 * @param longestPause to which the pauses grow, and for which a server's {@code Retry-After} is waited
 * @param largestFile bytes at the most, where the catalogue does not know the size
 */
public record DownloadSettings(
        Duration connectTimeout,
        Duration idleTimeout,
        int attempts,
        Duration firstPause,
        Duration longestPause,
        long largestFile) {

    /** MobileNetV3-Large has 22 MB; a GiB is of some other network. */
    public static final DownloadSettings DEFAULTS = new DownloadSettings(Duration.ofSeconds(20),
            Duration.ofSeconds(30), 6, Duration.ofSeconds(1), Duration.ofMinutes(1), 1L << 30);

    public DownloadSettings {
        if (attempts < 1) {
            throw new IllegalArgumentException("A download needs at least one attempt, not " + attempts);
        }
        if (largestFile < 1) {
            throw new IllegalArgumentException("The largest file must have at least 1 byte, not " + largestFile);
        }
    }

    /**
     * The pause after an attempt.
     *
     * @param attempt from 1
     */
    Duration pauseAfter(int attempt) {
        Duration pause = firstPause;
        for (int doubling = 1; doubling < attempt && pause.compareTo(longestPause) < 0; doubling++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
