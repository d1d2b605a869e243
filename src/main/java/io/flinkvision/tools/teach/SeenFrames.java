package io.flinkvision.tools.teach;

import java.time.Instant;
import java.util.List;

/**
 * The frames that a job has answered, of the cameras that somebody teaches. Each camera has at most
 * {@value #MAX_FRAMES_PER_CAMERA}, evenly spread over time, so that hours ago stay represented. Thread-safe.
 */
public final class SeenFrames {

    /** Frames of a camera. */
    public static final int MAX_FRAMES_PER_CAMERA = 2_000;

    /** Cameras that are watched; the one that was asked for longest ago is forgotten first. */
    public static final int MAX_CAMERAS = 2_000;

    /**
     * Keeps a camera's frames from now on. Repeat it for a camera that is in use.
     *
     * @param camera the key of its records, as text
     */
    public void watch(String camera) {
        throw new UnsupportedOperationException();
    }

    /** Forgets a camera and its frames. */
    public void forget(String camera) {
        throw new UnsupportedOperationException();
    }

    /** Whether a camera's frames are kept. */
    public boolean isWatched(String camera) {
        throw new UnsupportedOperationException();
    }

    /** Takes a frame; of a camera that is not watched it is ignored. */
    public void add(String camera, SeenFrame frame) {
        throw new UnsupportedOperationException();
    }

    /** The frames of a camera that were taken from a time on and before another one, in the order of time. */
    public List<SeenFrame> frames(String camera, Instant from, Instant until) {
        throw new UnsupportedOperationException();
    }

    /** The number of frames of all cameras. */
    public int count() {
        throw new UnsupportedOperationException();
    }
}
