package io.flinkvision.core.image;

import io.flinkvision.core.image.ImageHeader.Transparency;
import io.flinkvision.core.image.Reduction.JpegScale;
import io.flinkvision.core.image.RegionBox.Span;
import io.flinkvision.core.image.Resampling.Extent;
import io.flinkvision.core.natives.TurboJpeg;
import java.util.Optional;
import java.util.function.Supplier;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/**
 * Decodes encoded bytes or raw pixels to upright 8-bit BGR. The format is detected from the bytes, their structure is
 * walked, and their dimensions are checked against the limits before a pixel is decoded.
 *
 * <p>Owns native memory that it keeps from picture to picture; not thread-safe.
 */
final class UprightDecoder implements AutoCloseable {

    private final DecodeLimits limits;
    private final PixelConversion conversion;
    private final StoredDecoder pixels;
    private final Mat stored;
    private final Mat upright;
    private boolean closed;

    /** @param limits limits that are checked before a pixel is decoded */
    UprightDecoder(DecodeLimits limits) {
        this(limits, TurboJpeg::ofThisSystem);
    }

    /** @param turboJpeg asked once OpenCV is loaded; what it gives is closed with this decoder */
    UprightDecoder(DecodeLimits limits, Supplier<Optional<TurboJpeg>> turboJpeg) {
        OpenCvLibrary.load();
        this.limits = limits;
        this.pixels = new StoredDecoder(turboJpeg.get());
        this.conversion = new PixelConversion();
        this.stored = new Mat();
        this.upright = new Mat();
    }

    /**
     * A picture as a viewer shows it.
     *
     * @param bgr 8-bit, three channels, and of a preview one; it belongs to the decoder and is overwritten by its next
     *     picture
     * @param width pixels of the picture as it was sent, after its EXIF orientation: more than {@code bgr} has where it
     *     was decoded at a reduced scale
     * @param height likewise
     * @param scale the scale at which it was decoded
     * @param left where in {@code bgr} the picture begins, in its pixels: not at zero where a part of a pixel at its
     *     edge was turned to the left
     * @param top likewise
     * @param format the detected format
     */
    record Upright(Mat bgr, int width, int height, JpegScale scale, double left, double top, String format) {

        private Upright(Mat bgr, String format) {
            this(bgr, bgr.cols(), bgr.rows(), JpegScale.WHOLE, 0, 0, format);
        }

        /** Where columns of the picture are in {@code bgr}. */
        Extent columns(Span columns) {
            return extent(left, columns);
        }

        /** Where rows of the picture are in {@code bgr}. */
        Extent rows(Span rows) {
            return extent(top, rows);
        }

        /** Exact, since the divisors are powers of two. */
        private Extent extent(double offset, Span pixels) {
            double divisor = scale.divisor();
            return Extent.between(offset + pixels.start() / divisor, offset + pixels.end() / divisor);
        }
    }

    /**
     * A picture that was accepted before its pixels are decoded.
     *
     * @param width pixels of the upright picture
     * @param height likewise
     * @param format the detected format
     * @param header what it says of itself
     */
    record Accepted(int width, int height, ImageFormat format, ImageHeader header) {}

    /** At which scale a JPEG is decoded. */
    @FunctionalInterface
    interface ScaleChoice {

        /** The scale for an upright picture of this size. */
        JpegScale scale(int width, int height);
    }

    /**
     * Decodes a picture.
     *
     * @param bytes a whole file of one of the allowed formats
     * @param choice asked for a JPEG; pictures of other formats are decoded whole
     * @throws MalformedImageException if it is refused
     * @throws IllegalStateException after {@link #close()}
     */
    Upright decode(byte[] bytes, ScaleChoice choice) throws MalformedImageException {
        Accepted picture = check(bytes);
        JpegScale scale = picture.format() == ImageFormat.JPEG
                ? choice.scale(picture.width(), picture.height())
                : JpegScale.WHOLE;
        Mat bgr = conversion.toBgr(
                pixels.decode(bytes, picture.format(), picture.header(), scale), picture.header().transparency());
        return upright(picture, scale, bgr);
    }

    /**
     * Decodes the preview of a JPEG: its luma at an eighth of its size, in one channel.
     *
     * @param bytes a whole file of one of the allowed formats
     * @return empty for pictures of other formats
     * @throws MalformedImageException if it is refused
     * @throws IllegalStateException after {@link #close()}
     */
    Optional<Upright> decodePreview(byte[] bytes) throws MalformedImageException {
        Accepted picture = check(bytes);
        return picture.format() == ImageFormat.JPEG
                ? Optional.of(upright(picture, JpegScale.EIGHTH, pixels.decodePreview(bytes, picture.header())))
                : Optional.empty();
    }

    private Upright upright(Accepted picture, JpegScale scale, Mat decoded) {
        Orientation orientation = picture.header().orientation();
        Mat turned = decoded;
        if (orientation != Orientation.UPRIGHT) {
            orientation.apply(decoded, upright);
            turned = upright;
        }
        return new Upright(turned, picture.width(), picture.height(), scale,
                orientation.putsAnEndLeft() ? turned.cols() - (double) picture.width() / scale.divisor() : 0,
                orientation.putsAnEndOnTop() ? turned.rows() - (double) picture.height() / scale.divisor() : 0,
                picture.format().id());
    }

    /**
     * Checks a picture without decoding a pixel: its format, its structure and its dimensions.
     *
     * @param bytes a whole file of one of the allowed formats
     * @throws MalformedImageException if it is refused
     * @throws IllegalStateException after {@link #close()}
     */
    Accepted check(byte[] bytes) throws MalformedImageException {
        requireOpen();
        if (bytes.length == 0) {
            throw new MalformedImageException(ErrorCode.EMPTY, "The picture has no bytes");
        }
        requireBytesWithinLimit(bytes.length);
        ImageFormat format = allowedFormat(bytes);
        ImageHeader header = format.header(bytes, limits.truncation());
        requirePixelsWithinLimits(header.width(), header.height());
        boolean turned = header.orientation().swapsSides();
        return new Accepted(turned ? header.height() : header.width(), turned ? header.width() : header.height(),
                format, header);
    }

    /**
     * Takes pixels that are not encoded.
     *
     * @param pixels {@code [height, width, channels]}, rows from the top, without padding
     * @param width pixels a row
     * @param height rows
     * @throws MalformedImageException if they are refused
     * @throws IllegalStateException after {@link #close()}
     */
    Upright decodeRaw(byte[] pixels, int width, int height, RawFormat format) throws MalformedImageException {
        checkRaw(pixels, width, height, format);
        stored.create(height, width, CvType.CV_8UC(format.channels()));
        stored.put(0, 0, pixels);
        if (format == RawFormat.RGB24) {
            Imgproc.cvtColor(stored, stored, Imgproc.COLOR_RGB2BGR);
        }
        return new Upright(conversion.toBgr(stored, Transparency.NONE), format.id());
    }

    /**
     * Checks pixels that are not encoded.
     *
     * @param pixels {@code [height, width, channels]}, rows from the top, without padding
     * @param width pixels a row
     * @param height rows
     * @throws MalformedImageException if they are refused
     * @throws IllegalStateException after {@link #close()}
     */
    void checkRaw(byte[] pixels, int width, int height, RawFormat format) throws MalformedImageException {
        requireOpen();
        if (pixels.length == 0) {
            throw new MalformedImageException(ErrorCode.EMPTY, "The picture has no bytes");
        }
        requireBytesWithinLimit(pixels.length);
        requirePixelsWithinLimits(width, height);
        requireExactly(pixels.length, width, height, format);
    }

    private ImageFormat allowedFormat(byte[] bytes) throws MalformedImageException {
        Optional<ImageFormat> format = ImageFormat.sniff(bytes);
        if (format.isEmpty()) {
            throw new MalformedImageException(ErrorCode.UNKNOWN_FORMAT, "The bytes are "
                    + ForeignFormat.describe(bytes).orElse("no picture of a known format"));
        }
        if (!limits.formats().contains(format.get())) {
            throw new MalformedImageException(ErrorCode.FORMAT_NOT_ALLOWED, "The picture is " + format.get()
                    + ", and allowed are " + limits.formats().stream().sorted().toList());
        }
        return format.get();
    }

    private void requireBytesWithinLimit(int length) throws MalformedImageException {
        if (length > limits.maxBytes()) {
            throw new MalformedImageException(ErrorCode.TOO_LARGE,
                    "The picture has " + length + " bytes, more than the limit of " + limits.maxBytes());
        }
    }

    private void requirePixelsWithinLimits(int width, int height) throws MalformedImageException {
        if (Math.max(width, height) > limits.maxSide() || (long) width * height > limits.maxPixels()) {
            throw new MalformedImageException(ErrorCode.TOO_LARGE, "The picture has " + width + " x " + height
                    + " pixels, more than the limits of " + limits.maxPixels() + " in total and " + limits.maxSide()
                    + " per side");
        }
    }

    private static void requireExactly(int length, int width, int height, RawFormat format)
            throws MalformedImageException {
        if (width < 1 || height < 1) {
            throw new MalformedImageException(
                    ErrorCode.INVALID_HEADERS, "A picture of " + width + " x " + height + " pixels");
        }
        long expected = (long) width * height * format.channels();
        if (length != expected) {
            throw new MalformedImageException(ErrorCode.INVALID_HEADERS, width + " x " + height + " pixels of "
                    + format.id() + " are " + expected + " bytes, but the value has " + length);
        }
    }

    /** Releases large buffers; the last picture's pixels may be among them. */
    void releaseLargeBuffers() {
        NativeMemory.releaseLarge(stored, upright);
        pixels.releaseLargeBuffers();
        conversion.releaseLargeBuffers();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The decoder is closed");
        }
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        closed = true;
        pixels.close();
        conversion.close();
        stored.release();
        upright.release();
    }
}
