package io.flinkvision.tools.feed;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads the pictures of one source, one after the other, on one thread. */
interface FrameReader extends AutoCloseable {

    /**
     * The next picture, waited for; empty after the last one.
     *
     * @throws IOException if the source was lost; a live one may come back
     * @throws CameraException if it cannot be read, and will not be
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    Optional<Frame> next() throws IOException, InterruptedException;

    /** Whether the source goes on without its reader, so that frames that are not read in time are lost. */
    default boolean isLive() {
        return false;
    }

    /** How much of the source has been read, from 0 to 1, where its end is known. */
    default OptionalDouble progress() {
        return OptionalDouble.empty();
    }

    /** What there is to tell at the end besides the numbers, such as files that were left out; empty for nothing. */
    default String remark() {
        return "";
    }

    /**
     * Is told, on Kafka's own thread, that a frame is on the topic.
     *
     * @throws IOException if that cannot be remembered
     */
    default void delivered(Frame frame) throws IOException {}

    /** Is told, mostly on Kafka's own thread, that a frame will not get to the topic. */
    default void undelivered(Frame frame) {}

    /** Lets the source go; a second call does nothing. */
    @Override
    void close();
}
