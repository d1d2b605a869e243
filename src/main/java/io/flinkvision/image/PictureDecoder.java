package io.flinkvision.image;

import java.util.List;
import java.util.Optional;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * Encoded bytes or raw pixels in, upright 8-bit red, green and blue out. The format is told by the bytes themselves,
 * their structure is walked and their dimensions are held against the limits before a pixel is decoded.
 *
 * <p>Owns native memory that it keeps from picture to picture; not safe for use by several threads.
 */
final class PictureDecoder implements AutoCloseable {

    /** The end marker of a JPEG. */
    private static final byte[] END_OF_IMAGE = {(byte) 0xff, (byte) 0xd9};

    private final DecodeLimits limits;
    private final PixelConversion conversion;
    private final Mat encoded;
    private final Mat stored;
    private final Mat upright;
    private boolean closed;

    /** @param limits what is refused before a pixel is decoded */
    PictureDecoder(DecodeLimits limits) {
        OpenCvLibrary.load();
        this.limits = limits;
        this.conversion = new PixelConversion();
        this.encoded = new Mat();
        this.stored = new Mat();
        this.upright = new Mat();
    }

    /**
     * A picture as a viewer shows it.
     *
     * @param rgb 8-bit, three channels; it belongs to the decoder and is overwritten by its next picture
     * @param width pixels of the picture as it was sent, after its EXIF orientation: more than {@code rgb} has where it
     *     was decoded at a reduced scale
     * @param height likewise
     * @param format what the bytes were
     */
    record Upright(Mat rgb, int width, int height, String format) {}

    /**
     * Decodes a picture in all its pixels.
     *
     * @param bytes a whole file of one of the allowed formats
     * @throws MalformedImageException if it is refused
     * @throws IllegalStateException after {@link #close()}
     */
    Upright decode(byte[] bytes) throws MalformedImageException {
        return decode(bytes, Integer.MAX_VALUE);
    }

    /**
     * Decodes a picture, a JPEG at the smallest of libjpeg's scales (1/1, 1/2, 1/4, 1/8) that leaves the longer side as
     * long as is wanted: at 1/8 no inverse cosine transform is computed at all.
     *
     * @param wantedSide pixels that the longer side must have at least, if the picture has so many
     */
    Upright decode(byte[] bytes, int wantedSide) throws MalformedImageException {
        requireOpen();
        if (bytes.length == 0) {
            throw new MalformedImageException(ErrorCode.EMPTY, "The picture has no bytes");
        }
        requireBytesWithinLimit(bytes.length);
        ImageFormat format = allowedFormat(bytes);
        ImageHeader header = format.header(bytes, limits.truncation());
        requirePixelsWithinLimits(header.width(), header.height());
        return decode(bytes, format, header, format == ImageFormat.JPEG ? divisor(header, wantedSide) : 1);
    }

    /**
     * Takes pixels as they are.
     *
     * @param pixels {@code [height, width, channels]}, rows from the top, without padding
     * @param width pixels a row
     * @param height rows
     * @throws MalformedImageException if they are refused
     * @throws IllegalStateException after {@link #close()}
     */
    Upright decodeRaw(byte[] pixels, int width, int height, RawFormat format) throws MalformedImageException {
        requireOpen();
        if (pixels.length == 0) {
            throw new MalformedImageException(ErrorCode.EMPTY, "The picture has no bytes");
        }
        requireBytesWithinLimit(pixels.length);
        requirePixelsWithinLimits(width, height);
        requireExactly(pixels.length, width, height, format);
        stored.create(height, width, CvType.CV_8UC(format.channels()));
        stored.put(0, 0, pixels);
        if (format == RawFormat.RGB24) {
            Imgproc.cvtColor(stored, stored, Imgproc.COLOR_RGB2BGR);
        }
        return new Upright(conversion.toRgb(stored, Transparency.NONE), width, height, format.id());
    }

    private static int divisor(ImageHeader header, int wantedSide) {
        int divisor = 8;
        while (divisor > 1 && Math.max(header.width(), header.height()) / divisor < wantedSide) {
            divisor /= 2;
        }
        return divisor;
    }

    private ImageFormat allowedFormat(byte[] bytes) throws MalformedImageException {
        Optional<ImageFormat> format = ImageFormat.sniff(bytes);
        if (format.isEmpty()) {
            throw new MalformedImageException(ErrorCode.UNKNOWN_FORMAT, ImageFormat.sniffUnsupported(bytes)
                    .map(name -> "The bytes are " + name + ", which cannot be decoded")
                    .orElse("The bytes are no picture of a known format"));
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
                    + " pixels, more than the limits of " + limits.maxPixels() + " in all and " + limits.maxSide()
                    + " a side");
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

    private Upright decode(byte[] bytes, ImageFormat format, ImageHeader header, int divisor)
            throws MalformedImageException {
        copyToNative(bytes, format, header);
        Mat decoded = decodePixels(format, header.transparency(), divisor);
        try {
            if (decoded.empty() || decoded.cols() != scaled(header.width(), divisor)
                    || decoded.rows() != scaled(header.height(), divisor)) {
                throw MalformedImageException.corrupt("The " + format + " picture of " + header.width() + " x "
                        + header.height() + " pixels " + (decoded.empty()
                                ? "cannot be decoded"
                                : "decodes to " + decoded.cols() + " x " + decoded.rows()));
            }
            Mat rgb = conversion.toRgb(decoded, header.transparency());
            header.sampleBits().spread(rgb);
            if (header.orientation() != Orientation.UPRIGHT) {
                header.orientation().apply(rgb, upright);
                rgb = upright;
            }
            boolean turned = header.orientation().swapsSides();
            return new Upright(rgb, turned ? header.height() : header.width(),
                    turned ? header.width() : header.height(), format.id());
        } finally {
            decoded.release();
        }
    }

    /** libjpeg rounds up. */
    private static int scaled(int side, int divisor) {
        return (side + divisor - 1) / divisor;
    }

    private void copyToNative(byte[] bytes, ImageFormat format, ImageHeader header) throws MalformedImageException {
        List<ByteRange> parts = format.pixelData(bytes, header);
        int length = parts.stream().mapToInt(ByteRange::length).sum();
        // Without an end marker libjpeg waits for more bytes and leaves the last rows of the picture unwritten.
        int tail = format == ImageFormat.JPEG ? END_OF_IMAGE.length : 0;
        encoded.create(1, length + tail, CvType.CV_8UC1);
        int column = 0;
        for (ByteRange part : parts) {
            encoded.put(0, column, bytes, part.start(), part.length());
            column += part.length();
        }
        if (tail > 0) {
            encoded.put(0, length, END_OF_IMAGE);
        }
    }

    private Mat decodePixels(ImageFormat format, Transparency transparency, int divisor)
            throws MalformedImageException {
        try {
            return Imgcodecs.imdecode(encoded, transparency.equals(Transparency.NONE)
                    ? colour(divisor) | Imgcodecs.IMREAD_IGNORE_ORIENTATION
                    : Imgcodecs.IMREAD_UNCHANGED);
        } catch (Exception e) {
            if (NativeMemory.isExhausted(e)) {
                throw new MalformedImageException(ErrorCode.OUT_OF_MEMORY,
                        "There is no memory for the " + format + " picture: " + e.getMessage());
            }
            // Not only CvException: of a C++ exception that is not OpenCV's own its Java binding makes an Exception.
            throw MalformedImageException.corrupt("The " + format + " picture cannot be decoded: " + e.getMessage());
        }
    }

    private static int colour(int divisor) {
        return switch (divisor) {
            case 1 -> Imgcodecs.IMREAD_COLOR;
            case 2 -> Imgcodecs.IMREAD_REDUCED_COLOR_2;
            case 4 -> Imgcodecs.IMREAD_REDUCED_COLOR_4;
            case 8 -> Imgcodecs.IMREAD_REDUCED_COLOR_8;
            default -> throw new IllegalArgumentException("libjpeg has no scale of 1/" + divisor);
        };
    }

    /** Releases the buffers that a large picture has stretched; the last picture's pixels may be among them. */
    void releaseLargeBuffers() {
        WorkingMemory.releaseLarge(encoded, stored, upright);
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
        conversion.close();
        encoded.release();
        stored.release();
        upright.release();
    }
}
