package io.flinkvision.tools.teach;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The frames that a job has answered, of the cameras that somebody teaches. Each camera has at most
 * {@value #MAX_FRAMES_PER_CAMERA}, evenly spread over time, so that hours ago stay represented. A full index takes some
 * 40 MB. Thread-safe.
 */
public final class SeenFrames {

    /** Frames of a camera. */
    public static final int MAX_FRAMES_PER_CAMERA = 2_000;

    /** Cameras that are watched; the one that was asked for longest ago is forgotten first. */
    public static final int MAX_CAMERAS = 2_000;

    /** Answers of all frames; a frame without any counts as one. */
    static final int MAX_ANSWERS = 200_000;

    private final InstantSource clock;
    private final int maxAnswers;

    /** By their keys, the one that was asked for last at the end. */
    private final Map<String, CameraFrames> cameras = new LinkedHashMap<>();

    private int answers;

    public SeenFrames() {
        this(InstantSource.system(), MAX_ANSWERS);
    }

    SeenFrames(InstantSource clock, int maxAnswers) {
        this.clock = clock;
        this.maxAnswers = maxAnswers;
    }

    /**
     * Keeps a camera's frames from now on. Repeat it for a camera that is in use.
     *
     * @param camera the key of its records, as text
     */
    public synchronized void watch(String camera) {
        CameraFrames frames = cameras.remove(camera);
        cameras.put(camera, frames == null ? new CameraFrames(clock.instant()) : frames);
        if (cameras.size() > MAX_CAMERAS) {
            forget(cameras.keySet().iterator().next());
        }
    }

    /** Forgets a camera and its frames. */
    public synchronized void forget(String camera) {
        Optional.ofNullable(cameras.remove(camera)).ifPresent(frames -> answers -= frames.answers());
    }

    /** Whether a camera's frames are kept. */
    public synchronized boolean isWatched(String camera) {
        return cameras.containsKey(camera);
    }

    /** The time from which on no frame of a camera was missed; empty if it is not watched. */
    public synchronized Optional<Instant> watchedSince(String camera) {
        return Optional.ofNullable(cameras.get(camera)).map(CameraFrames::watchedSince);
    }

    /** Takes a frame, in the place of one with the same source; of a camera that is not watched it is ignored. */
    public synchronized void add(String camera, SeenFrame frame) {
        Optional.ofNullable(cameras.get(camera)).ifPresent(frames -> answers += frames.add(frame));
        if (answers > maxAnswers) {
            CameraFrames largest = cameras.values().stream()
                    .max(Comparator.comparingInt(CameraFrames::answers))
                    .orElseThrow();
            answers += largest.thin(Math.max(1, largest.count() / 2));
        }
    }

    /** Drops a frame that retention has deleted, and those before it in its partition. */
    public synchronized void removeUpTo(String camera, SeenFrame gone) {
        Optional.ofNullable(cameras.get(camera)).ifPresent(frames -> answers += frames.removeUpTo(gone.source()));
    }

    /** The frames of a camera that were taken from a time on and before another one, in the order of time. */
    public synchronized List<SeenFrame> frames(String camera, Instant from, Instant until) {
        return Optional.ofNullable(cameras.get(camera)).map(frames -> frames.between(from, until)).orElse(List.of());
    }

    /** The number of frames of all cameras. */
    public synchronized int count() {
        return cameras.values().stream().mapToInt(CameraFrames::count).sum();
    }
}
