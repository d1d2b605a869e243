package io.flinkvision.core.camera;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A reader that waits for no other clock than this process's own, so that one thread can serve many of them: each turn
 * returns at once, and says when the next one is due.
 */
interface PacedReader extends FrameReader {

    /** What came of a turn. */
    sealed interface Turn {}

    /** A picture. */
    record Picture(CapturedFrame frame) implements Turn {}

    /** Nothing yet; the next turn is due after this time. */
    record Later(Duration due) implements Turn {}

    /** The last picture was delivered before. */
    record End() implements Turn {}

    /**
     * Takes the next picture if it is due.
     *
     * @throws IOException if the source was lost
     * @throws CameraException if it cannot be read and a retry would not help
     */
    Turn turn() throws IOException;

    @Override
    default Optional<CapturedFrame> next() throws IOException, InterruptedException {
        Turn turn = turn();
        while (turn instanceof Later later) {
            TimeUnit.NANOSECONDS.sleep(later.due().toNanos());
            turn = turn();
        }
        return turn instanceof Picture picture ? Optional.of(picture.frame()) : Optional.empty();
    }
}
