package io.flinkvision.tools.teach;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import java.util.Optional;

/**
 * Makes small JPEGs of frames and of boxes in them. Whichever thread asks, one picture is decoded at a time.
 * Thread-safe.
 */
public final class FrameThumbnails implements AutoCloseable {

    /** Pixels of the longer side of a box. */
    public static final int BOX_SIDE = 320;

    /** Pixels of the longer side of a whole frame. */
    public static final int FRAME_SIDE = 1280;

    /** @param limits of the pictures */
    public FrameThumbnails(DecodeLimits limits) {}

    /**
     * A box of a frame.
     *
     * @param bytes a whole file
     * @return empty if the picture cannot be decoded
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<Thumbnail> box(byte[] bytes, RegionBox box) {
        throw new UnsupportedOperationException();
    }

    /**
     * A whole frame.
     *
     * @param bytes a whole file
     * @return empty if the picture cannot be decoded
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<Thumbnail> frame(byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {}
}
