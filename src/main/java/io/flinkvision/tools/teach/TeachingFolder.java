package io.flinkvision.tools.teach;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.RegionKey;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The folder of labelled pictures of all cameras, which is plain files that can be versioned and edited by hand:
 *
 * <pre>
 * CAMERA/REGION/region.yaml            {@link io.flinkvision.core.teach.RegionFile}
 * CAMERA/REGION/LABEL/ID.jpg           a frame's own bytes, by {@link PictureId}
 * CAMERA/REGION/features.safetensors   the features of these pictures
 * CAMERA/REGION/.heads/                {@link Heads}
 * CAMERA/REGION/reviews.csv            {@link Reviews}
 * teach.log                            time, user and change, one line each
 * </pre>
 *
 * <p>Only what somebody labelled is in it. One process at a time has it open. Thread-safe.
 */
public final class TeachingFolder implements AutoCloseable {

    /** Regions of all cameras together, as many as a job has. */
    public static final int MAX_REGIONS = 10_000;

    /** Bytes of all files together, unless another number is given. */
    public static final long DEFAULT_MAX_BYTES = 2L << 30;

    private TeachingFolder() {}

    /**
     * Bounds of what is stored.
     *
     * @param pictureBytes of one picture, at most; the job's own limit
     * @param bytes of all files together, at most
     */
    public record Limits(long pictureBytes, long bytes) {}

    /**
     * Opens a folder, or makes it. Files that an interrupted write left over are deleted.
     *
     * @throws io.flinkvision.tools.ToolException if it cannot be made, read or written, or another process has it open
     */
    public static TeachingFolder open(Path folder, Limits limits, InstantSource clock) {
        throw new UnsupportedOperationException();
    }

    /** The regions of a camera, in the order of their names. */
    public List<RegionFolder> regions(String camera) {
        throw new UnsupportedOperationException();
    }

    /** The regions of all cameras. */
    public List<RegionFolder> regions() {
        throw new UnsupportedOperationException();
    }

    /** A region; empty if it has no folder. */
    public Optional<RegionFolder> region(RegionKey key) {
        throw new UnsupportedOperationException();
    }

    /** A sentence each for the folders that are not taken as regions, such as one without {@code region.yaml}. */
    public List<String> problems() {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes a region, or moves the box of one that is there. Its pictures stay, since they are whole frames.
     *
     * @param who the user, for the log
     * @throws RefusedChange if there are too many regions, or it is being taught
     */
    public RegionFolder put(RegionKey key, RegionBox box, String who) {
        throw new UnsupportedOperationException();
    }

    /**
     * Renames a region, with its pictures, heads and reviews.
     *
     * @throws RefusedChange if it is missing or being taught, or there is one of the new name
     */
    public RegionFolder rename(RegionKey key, String name, String who) {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes a region with all that is stored of it.
     *
     * @throws RefusedChange if it is missing or being taught
     */
    public void delete(RegionKey key, String who) {
        throw new UnsupportedOperationException();
    }

    /** Writes a line to {@code teach.log}; line breaks and control characters are replaced. */
    public void log(String who, String what) {
        throw new UnsupportedOperationException();
    }

    /** Lets other processes open it. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
