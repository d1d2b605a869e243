package io.flinkvision.tools.feed;

import java.util.OptionalDouble;

/**
 * How a camera is doing.
 *
 * @param camera its id
 * @param state what it does
 * @param frames that Kafka has confirmed
 * @param bytes of these
 * @param dropped frames of a live camera that went because Kafka was slower
 * @param refused frames that were too large or not whole, or that Kafka did not take
 * @param unmarked JPEGs that came without an end marker; they count as frames, too
 * @param reconnects how often it was found again
 * @param progress from 0 to 1, where the end is known
 */
public record CameraStatus(
        String camera,
        State state,
        long frames,
        long bytes,
        long dropped,
        long refused,
        long unmarked,
        long reconnects,
        OptionalDouble progress) {

    /** What a camera does. */
    public enum State {
        /** It is being opened. */
        CONNECTING,
        /** It delivers frames. */
        RUNNING,
        /** It was lost, and is tried again after a while. */
        WAITING,
        /** It has come to its end, or was told to stop. */
        ENDED,
        /** It cannot be read. */
        FAILED
    }
}
