package io.flinkvision.tools.teach;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.image.ThumbnailMaker;
import io.flinkvision.core.image.View;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes small JPEGs of frames and of boxes in them. Whichever thread asks, one picture is decoded at a time.
 * Thread-safe.
 */
public final class FrameThumbnails implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FrameThumbnails.class);

    /** Pixels of the longer side of a box. */
    public static final int BOX_SIDE = 320;

    /** Pixels of the longer side of a whole frame. */
    public static final int FRAME_SIDE = 1280;

    private final ThumbnailMaker boxes;
    private final ThumbnailMaker frames;
    private boolean closed;

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
        return make(boxes, bytes, new View.Region(box));
    }

    /**
     * A whole frame.
     *
     * @param bytes a whole file
     * @return empty if the picture cannot be decoded
     * @throws IllegalStateException after {@link #close()}
     */
    public synchronized Optional<Thumbnail> frame(byte[] bytes) {
        return make(frames, bytes, View.WHOLE);
    }

    private Optional<Thumbnail> make(ThumbnailMaker maker, byte[] bytes, View view) {
        if (closed) {
            throw new IllegalStateException("The maker of thumbnails is closed");
        }
        try {
            return maker.make(bytes, view);
        } catch (RuntimeException | OutOfMemoryError e) {
            // A picture that OpenCV stumbles over must not keep the others from being shown.
            LOG.debug("No thumbnail of a picture of {} bytes", bytes.length, e);
            return Optional.empty();
        }
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        boxes.close();
        frames.close();
    }
}
