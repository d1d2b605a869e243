package io.flinkvision.tools.feed;

import java.time.Duration;

/** Is told what becomes of the cameras; on the threads of the feeder, several at a time. */
public interface FeedListener {

    /** A live camera was lost, or not reached. */
    default void lost(Camera camera, String reason, Duration retryIn) {}

    /** A camera that had been lost delivers again. */
    default void foundAgain(Camera camera) {}

    /** A camera cannot be read; it is given up. */
    default void failed(Camera camera, String reason) {}

    /** A frame was left out; told for the first one of each camera, as the others are counted. */
    default void refused(Camera camera, String reason) {}

    /** A JPEG came without its end marker, and is sent as it came; told for the first one of each camera. */
    default void unmarked(Camera camera, String reason) {}

    /** A camera has come to its end. */
    default void ended(Camera camera, String remark) {}
}
