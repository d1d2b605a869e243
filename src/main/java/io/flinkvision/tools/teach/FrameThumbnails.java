package io.flinkvision.tools.teach;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.image.ThumbnailMaker;
import io.flinkvision.core.image.View;
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

    private final ThumbnailMaker boxes;
    private final ThumbnailMaker frames;

    /** @param limits of the pictures; PNG is allowed too, since raw pixels are kept as such */
    public FrameThumbnails(DecodeLimits limits) {
        DecodeLimits all = limits.allowing(ImageFormat.PNG);
        boxes = new ThumbnailMaker(all, BOX_SIDE);
        try {
            frames = new ThumbnailMaker(all, FRAME_SIDE);
        } catch (RuntimeException | Error e) {
            boxes.close();
            throw e;
        }
    }

    /**
     * A box of a frame.
     *
     * @param bytes a whole file
     * @return empty if the picture cannot be decoded
     * @throws IllegalStateException after {@link #close()}
     */
    public synchronized Optional<Thumbnail> box(byte[] bytes, RegionBox box) {
        return boxes.make(bytes, new View.Region(box));
    }

    /**
     * A whole frame.
     *
     * @param bytes a whole file
     * @return empty if the picture cannot be decoded
     * @throws IllegalStateException after {@link #close()}
     */
    public synchronized Optional<Thumbnail> frame(byte[] bytes) {
        return frames.make(bytes);
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public synchronized void close() {
        boxes.close();
        frames.close();
    }
}
