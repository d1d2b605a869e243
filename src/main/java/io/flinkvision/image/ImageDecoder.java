package io.flinkvision.image;

import io.flinkvision.image.DecodeOutcome.Decoded;
import io.flinkvision.image.DecodeOutcome.Rejected;
import io.flinkvision.model.Preprocessing;
import io.flinkvision.model.Preprocessing.ResizeRule;
import java.util.Arrays;
import java.util.Optional;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * Encoded bytes in, the network's square of pixels out. The format is told by the bytes themselves, their structure is
 * walked and their dimensions are held against the limits before a pixel is decoded.
 *
 * <p>Owns native memory that it keeps from picture to picture; not safe for use by several threads.
 */
public final class ImageDecoder implements AutoCloseable {

    /** The end marker of a JPEG. */
    private static final byte[] END_OF_IMAGE = {(byte) 0xff, (byte) 0xd9};

    private final DecodeLimits limits;
    private final Preprocessing preprocessing;
    private final Resampling resampling = new Resampling();
    private final PixelConversion conversion;
    private final Mat encoded;
    private final Mat stored;
    private final Mat upright;
    private boolean closed;

    /**
     * @param limits what is refused before a pixel is decoded
     * @param preprocessing the size and shape that the network wants
     */
    public ImageDecoder(DecodeLimits limits, Preprocessing preprocessing) {
        OpenCvLibrary.load();
        this.limits = limits;
        this.preprocessing = preprocessing;
        this.conversion = new PixelConversion();
        this.encoded = new Mat();
        this.stored = new Mat();
        this.upright = new Mat();
    }

    /**
     * Decodes a picture.
     *
     * @param bytes a whole file of one of the allowed formats
     * @throws IllegalStateException after {@link #close()}
     */
    public DecodeOutcome decode(byte[] bytes) {
        requireOpen();
        if (bytes.length == 0) {
            return new Rejected(ErrorCode.EMPTY, "The picture has no bytes");
        }
        try {
            requireBytesWithinLimit(bytes.length);
            ImageFormat format = allowedFormat(bytes);
            ImageHeader header = format.header(bytes, limits.truncation());
            requirePixelsWithinLimits(header.width(), header.height());
            return decode(bytes, format, header);
        } catch (MalformedImageException e) {
            return new Rejected(e.code(), e.getMessage());
        }
    }

    /**
     * Takes pixels as they are.
     *
     * @param pixels {@code [height, width, channels]}, rows from the top, without padding
     * @param width pixels a row
     * @param height rows
     * @throws IllegalStateException after {@link #close()}
     */
    public DecodeOutcome decodeRaw(byte[] pixels, int width, int height, RawFormat format) {
        requireOpen();
        if (pixels.length == 0) {
            return new Rejected(ErrorCode.EMPTY, "The picture has no bytes");
        }
        try {
            requireBytesWithinLimit(pixels.length);
            requirePixelsWithinLimits(width, height);
            requireExactly(pixels.length, width, height, format);
            stored.create(height, width, CvType.CV_8UC(format.channels()));
            stored.put(0, 0, pixels);
            if (format == RawFormat.RGB24) {
                Imgproc.cvtColor(stored, stored, Imgproc.COLOR_RGB2BGR);
            }
            Mat rgb = conversion.toRgb(stored, Transparency.NONE);
            return new Decoded(width, height, format.id(), networkInput(rgb));
        } catch (MalformedImageException e) {
            return new Rejected(e.code(), e.getMessage());
        }
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

    private DecodeOutcome decode(byte[] bytes, ImageFormat format, ImageHeader header)
            throws MalformedImageException {
        Mat decoded = decodePixels(bytes, format, header.transparency());
        try {
            if (decoded.empty() || decoded.cols() != header.width() || decoded.rows() != header.height()) {
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
            return new Decoded(rgb.cols(), rgb.rows(), format.id(), networkInput(rgb));
        } finally {
            decoded.release();
        }
    }

    private Mat decodePixels(byte[] bytes, ImageFormat format, Transparency transparency)
            throws MalformedImageException {
        // Without an end marker libjpeg waits for more bytes and leaves the last rows of the picture unwritten.
        int tail = format == ImageFormat.JPEG ? END_OF_IMAGE.length : 0;
        encoded.create(1, bytes.length + tail, CvType.CV_8UC1);
        encoded.put(0, 0, bytes);
        if (tail > 0) {
            encoded.put(0, bytes.length, END_OF_IMAGE);
        }
        try {
            return Imgcodecs.imdecode(encoded, transparency.equals(Transparency.NONE)
                    ? Imgcodecs.IMREAD_COLOR | Imgcodecs.IMREAD_IGNORE_ORIENTATION
                    : Imgcodecs.IMREAD_UNCHANGED);
        } catch (Exception e) {
            // Not only CvException: of a C++ exception that is not OpenCV's own its Java binding makes an Exception.
            throw MalformedImageException.corrupt("The " + format + " picture cannot be decoded: " + e.getMessage());
        }
    }

    private RgbImage networkInput(Mat rgb) {
        int size = preprocessing.inputSize();
        byte[] input = new byte[size * size * 3];
        if (preprocessing.resize() instanceof ResizeRule.Letterbox letterbox) {
            Arrays.fill(input, (byte) letterbox.fill());
        }
        InputGeometry geometry = InputGeometry.of(rgb.cols(), rgb.rows(), preprocessing);
        resampling.resample(rgb, geometry.columns(), geometry.rows(), preprocessing.interpolation(), input, size,
                geometry.left(), geometry.top());
        return new RgbImage(size, size, input);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The image decoder is closed");
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
