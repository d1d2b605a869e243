package io.flinkvision.core.image;

import io.flinkvision.core.image.Reduction.JpegScale;
import io.flinkvision.core.image.RegionBox.Span;
import io.flinkvision.core.image.Resampling.Extent;
import io.flinkvision.core.image.UprightDecoder.Upright;
import java.util.Objects;
import java.util.Optional;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * Makes small JPEGs of pictures for people. The output consists of decoded and re-encoded pixels only: no bytes of
 * another format, no metadata.
 *
 * <p>Owns native memory that it keeps from picture to picture; not thread-safe.
 */
public final class ThumbnailMaker implements AutoCloseable {

    private static final int QUALITY = 80;

    private final UprightDecoder pictures;
    private final int longerSide;
    private final Mat small;
    private final MatOfByte encoded;
    private final MatOfInt parameters;

    /**
     * A small picture.
     *
     * @param jpeg a JPEG file; not copied, so it must not be changed
     * @param width pixels
     * @param height pixels
     */
    public record Thumbnail(byte[] jpeg, int width, int height) {

        public Thumbnail {
            Objects.requireNonNull(jpeg, "jpeg");
        }
    }

    /**
     * @param limits limits that are checked before a pixel is decoded
     * @param longerSide pixels that the longer side of a thumbnail has at most
     * @throws IllegalArgumentException if that is less than one
     */
    public ThumbnailMaker(DecodeLimits limits, int longerSide) {
        if (longerSide < 1) {
            throw new IllegalArgumentException("A thumbnail of " + longerSide + " pixels");
        }
        this.longerSide = longerSide;
        this.pictures = new UprightDecoder(limits);
        this.small = new Mat();
        this.encoded = new MatOfByte();
        this.parameters = new MatOfInt(Imgcodecs.IMWRITE_JPEG_QUALITY, QUALITY);
    }

    /**
     * Makes a thumbnail of an encoded picture.
     *
     * @param bytes a whole file of one of the allowed formats
     * @return empty where the picture is refused
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<Thumbnail> make(byte[] bytes) {
        return make(bytes, View.WHOLE);
    }

    /**
     * Makes a thumbnail of a part of an encoded picture.
     *
     * @param bytes a whole file of one of the allowed formats
     * @param view the part; its sides keep their ratio
     * @return empty where the picture is refused
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<Thumbnail> make(byte[] bytes, View view) {
        try {
            return Optional.of(shrink(pictures.decode(bytes, (width, height) -> scale(view, width, height)), view));
        } catch (MalformedImageException e) {
            return Optional.empty();
        } finally {
            pictures.releaseLargeBuffers();
        }
    }

    /**
     * Makes a thumbnail of pixels as they are.
     *
     * @param pixels {@code [height, width, channels]}, rows from the top, without padding
     * @param width pixels a row
     * @param height rows
     * @return empty where they are refused
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<Thumbnail> makeRaw(byte[] pixels, int width, int height, RawFormat format) {
        try {
            return Optional.of(shrink(pictures.decodeRaw(pixels, width, height, format), View.WHOLE));
        } catch (MalformedImageException e) {
            return Optional.empty();
        } finally {
            pictures.releaseLargeBuffers();
        }
    }

    /** The smallest scale at which the longer side is long enough. */
    private JpegScale scale(View view, int width, int height) {
        int longer = Math.max(view.columns(width).length(), view.rows(height).length());
        return JpegScale.smallest(scale -> longer / scale.divisor() >= longerSide);
    }

    private Thumbnail shrink(Upright picture, View view) {
        Span columns = view.columns(picture.width());
        Span rows = view.rows(picture.height());
        double scale = Math.min(1, (double) longerSide / Math.max(columns.length(), rows.length()));
        Size size = new Size(side(columns.length(), scale), side(rows.length(), scale));
        Extent across = picture.columns(columns);
        Extent down = picture.rows(rows);
        Mat shown = picture.bgr().submat(down.first(), down.end(), across.first(), across.end());
        try {
            Imgproc.resize(shown, small, size, 0, 0, Imgproc.INTER_AREA);
        } finally {
            shown.release();
        }
        Imgcodecs.imencode(".jpg", small, encoded, parameters);
        return new Thumbnail(encoded.toArray(), small.cols(), small.rows());
    }

    private static long side(int pixels, double scale) {
        return Math.max(1, Math.round(pixels * scale));
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        pictures.close();
        small.release();
        encoded.release();
        parameters.release();
    }
}
