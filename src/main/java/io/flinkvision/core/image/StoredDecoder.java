package io.flinkvision.core.image;

import io.flinkvision.core.image.ImageHeader.Transparency;
import io.flinkvision.core.image.Reduction.JpegScale;
import io.flinkvision.core.image.WebPHeader.Frame;
import io.flinkvision.core.natives.TurboJpeg;
import java.util.List;
import java.util.Optional;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;
import org.opencv.imgcodecs.Imgcodecs;

/**
 * Decodes the pixels of a picture as the file stores them, after its header was read. JPEGs go to the system's
 * libturbojpeg if it is installed. OpenCV decodes or refuses what that does not decode without a warning, so the
 * outcome does not depend on what is installed. BMPs and GIFs are unpacked in Java.
 *
 * <p>Owns native memory that it keeps from picture to picture; not thread-safe.
 */
final class StoredDecoder implements AutoCloseable {

    private final Mat encoded = new Mat();
    private final Optional<TurboJpeg> turboJpeg;
    private Mat decoded = new Mat();
    private Mat preview = new Mat();

    /** @param turboJpeg is closed with this decoder */
    StoredDecoder(Optional<TurboJpeg> turboJpeg) {
        this.turboJpeg = turboJpeg;
    }

    /**
     * Decodes a picture.
     *
     * @param bytes a whole file
     * @param header what it says of itself
     * @param scale the scale of a JPEG; pictures of other formats are decoded whole
     * @return 1, 3 (BGR) or 4 (BGRA) channels of 8 or 16 bits; it belongs to this object and is overwritten by the next
     *     call
     * @throws MalformedImageException if that is impossible
     */
    Mat decode(byte[] bytes, ImageFormat format, ImageHeader header, JpegScale scale) throws MalformedImageException {
        attempt(format, () -> {
            switch (format) {
                case BMP -> BmpPixels.unpack(bytes, decoded);
                case GIF -> GifPixels.unpack(bytes, decoded);
                case WEBP -> decodeWebP(bytes, header);
                default -> decodeFile(bytes, format, header, scale);
            }
        });
        requireSize(decoded, format, header, scale);
        return decoded;
    }

    /**
     * Decodes the luma of a JPEG at an eighth of its size. The mean of each block of 8 x 8 samples is in the file as it
     * is, so that no inverse cosine transform is computed, and no colour.
     *
     * @param jpeg a whole file
     * @param header what it says of itself
     * @return one channel of 8 bits; it belongs to this object and is overwritten by the next call
     * @throws MalformedImageException if that is impossible
     */
    Mat decodePreview(byte[] jpeg, ImageHeader header) throws MalformedImageException {
        JpegScale scale = JpegScale.EIGHTH;
        attempt(ImageFormat.JPEG, () -> {
            copyToNative(jpeg, ImageFormat.JPEG, header);
            preview.create(scale.pixels(header.height()), scale.pixels(header.width()), CvType.CV_8UC1);
            if (turboJpeg.isEmpty() || !turboJpeg.get().decodeGrey(encoded.dataAddr(), encoded.cols(), header.width(),
                    header.height(), preview.dataAddr(), preview.cols(), preview.rows())) {
                preview.release();
                preview = Imgcodecs.imdecode(
                        encoded, Imgcodecs.IMREAD_REDUCED_GRAYSCALE_8 | Imgcodecs.IMREAD_IGNORE_ORIENTATION);
            }
        });
        requireSize(preview, ImageFormat.JPEG, header, scale);
        return preview;
    }

    /** One way to decode a picture. */
    @FunctionalInterface
    private interface Decoding {

        void decode() throws MalformedImageException;
    }

    private static void attempt(ImageFormat format, Decoding decoding) throws MalformedImageException {
        try {
            decoding.decode();
        } catch (MalformedImageException e) {
            throw e;
        } catch (Exception e) {
            if (NativeMemory.isExhausted(e)) {
                throw new MalformedImageException(ErrorCode.OUT_OF_MEMORY,
                        "There is no memory for the " + format + " picture: " + e.getMessage());
            }
            // Not only CvException: of a C++ exception that is not OpenCV's own its Java binding makes an Exception.
            throw MalformedImageException.corrupt("The " + format + " picture cannot be decoded: " + e.getMessage());
        }
    }

    private void decodeFile(byte[] bytes, ImageFormat format, ImageHeader header, JpegScale scale)
            throws MalformedImageException {
        copyToNative(bytes, format, header);
        if (format == ImageFormat.JPEG && turboJpeg.isPresent() && decodeJpeg(turboJpeg.get(), header, scale)) {
            return;
        }
        // Released first, so that memory is never needed for two.
        decoded.release();
        decoded = Imgcodecs.imdecode(encoded, header.transparency().equals(Transparency.NONE)
                ? scale.colourFlag() | Imgcodecs.IMREAD_IGNORE_ORIENTATION
                : Imgcodecs.IMREAD_UNCHANGED);
    }

    private void decodeWebP(byte[] bytes, ImageHeader header) throws MalformedImageException {
        Optional<Frame> first = WebPHeader.firstFrame(bytes);
        decodeFile(first.map(Frame::file).orElse(bytes), ImageFormat.WEBP, header, JpegScale.WHOLE);
        if (first.isPresent() && !decoded.empty()) {
            putOnCanvas(first.get(), header);
        }
    }

    /** Around the frame the canvas is transparent, so white in a picture without opacity. */
    private void putOnCanvas(Frame frame, ImageHeader header) throws MalformedImageException {
        requireSize(decoded, ImageFormat.WEBP, new ImageHeader(frame.width(), frame.height()), JpegScale.WHOLE);
        if (frame.width() == header.width() && frame.height() == header.height()) {
            return;
        }
        Mat canvas = new Mat(header.height(), header.width(), decoded.type(),
                decoded.channels() == 4 ? Scalar.all(0) : Scalar.all(255));
        Mat place = canvas.submat(new Rect(frame.left(), frame.top(), frame.width(), frame.height()));
        decoded.copyTo(place);
        place.release();
        decoded.release();
        decoded = canvas;
    }

    private void copyToNative(byte[] bytes, ImageFormat format, ImageHeader header) throws MalformedImageException {
        List<ByteRange> parts = format.pixelData(bytes, header);
        int length = parts.stream().mapToInt(ByteRange::length).sum();
        byte[] end = format.end();
        encoded.create(1, length + end.length, CvType.CV_8UC1);
        int column = 0;
        for (ByteRange part : parts) {
            encoded.put(0, column, bytes, part.start(), part.length());
            column += part.length();
        }
        if (end.length > 0) {
            encoded.put(0, length, end);
        }
    }

    private boolean decodeJpeg(TurboJpeg library, ImageHeader header, JpegScale scale) {
        decoded.create(scale.pixels(header.height()), scale.pixels(header.width()), CvType.CV_8UC3);
        return library.decode(encoded.dataAddr(), encoded.cols(), header.width(), header.height(),
                decoded.dataAddr(), decoded.cols(), decoded.rows());
    }

    private static void requireSize(Mat pixels, ImageFormat format, ImageHeader header, JpegScale scale)
            throws MalformedImageException {
        if (pixels.empty() || pixels.cols() != scale.pixels(header.width())
                || pixels.rows() != scale.pixels(header.height())) {
            throw MalformedImageException.corrupt("The " + format + " picture of " + header.width() + " x "
                    + header.height() + " pixels " + (pixels.empty()
                            ? "cannot be decoded"
                            : "decodes to " + pixels.cols() + " x " + pixels.rows()));
        }
    }

    /** Releases large buffers; the last picture's pixels may be among them. */
    void releaseLargeBuffers() {
        NativeMemory.releaseLarge(encoded, decoded, preview);
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        turboJpeg.ifPresent(TurboJpeg::close);
        encoded.release();
        decoded.release();
        preview.release();
    }
}
