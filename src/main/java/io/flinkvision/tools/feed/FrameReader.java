package io.flinkvision.tools.feed;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads the pictures of one source in their order, on one thread. */
interface FrameReader extends AutoCloseable {

    /** Receives the problems of single pictures, on the reader's thread. */
    interface Problems {

        /** A picture was skipped: it is too large or incomplete. */
        void skipped(String reason);

        /** A picture without an end marker is delivered as it came. */
        void unmarked(String reason);
    }

    /**
     * Waits for the next picture; empty after the last one.
     *
     * @throws IOException if the source was lost; a live one may come back
     * @throws CameraException if it cannot be read and a retry would not help
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    Optional<CapturedFrame> next() throws IOException, InterruptedException;

    /** Whether the source continues without its reader, so that frames that are not read in time are lost. */
    default boolean isLive() {
        return false;
    }

    /** How much of the source has been read, from 0 to 1; empty if its end is unknown. */
    default OptionalDouble progress() {
        return OptionalDouble.empty();
    }

    /** What to report at the end besides the counts, such as skipped files; empty for nothing. */
    default String remark() {
        return "";
    }

    /**
     * A frame is on the topic; called on Kafka's thread.
     *
     * @throws IOException if that cannot be recorded
     */
    default void delivered(CapturedFrame frame) throws IOException {}

    /** A frame will not get to the topic; called mostly on Kafka's thread. */
    default void undelivered(CapturedFrame frame) {}

    /** Releases the source; idempotent. */
    @Override
    void close();
}
