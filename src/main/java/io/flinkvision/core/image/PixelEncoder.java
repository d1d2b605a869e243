package io.flinkvision.core.image;

import java.util.Optional;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * Encodes pixels as JPEG with OpenCV, at their own size.
 *
 * <p>Owns native memory that it keeps from picture to picture, except what a large one took; not thread-safe.
 */
public final class PixelEncoder implements AutoCloseable {

    /** Of OpenCV's encoder, in pixels. */
    private static final int MAX_SIDE = 65_500;

    private final Mat pixels;
    private final MatOfByte encoded;
    private final MatOfInt parameters;
    private boolean closed;

    /**
     * @param quality from 1 to 100, on the scale of the Independent JPEG Group
     * @throws IllegalArgumentException if it is another one
     */
    public PixelEncoder(int quality) {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("A quality is a number from 1 to 100, not " + quality);
        }
        OpenCvLibrary.load();
        this.pixels = new Mat();
        this.encoded = new MatOfByte();
        this.parameters = new MatOfInt(Imgcodecs.IMWRITE_JPEG_QUALITY, quality);
    }

    /**
     * Encodes a picture; grey pixels become a grey JPEG.
     *
     * @return a file; empty if there is no memory for it, or a side exceeds the 65,500 pixels that a JPEG can have
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<byte[]> encode(RawPicture picture) {
        if (closed) {
            throw new IllegalStateException("The encoder is closed");
        }
        if (Math.max(picture.width(), picture.height()) > MAX_SIDE) {
            return Optional.empty();
        }
        try {
            pixels.create(picture.height(), picture.width(), CvType.CV_8UC(picture.format().channels()));
            pixels.put(0, 0, picture.pixels());
            if (picture.format() == RawFormat.RGB24) {
                Imgproc.cvtColor(pixels, pixels, Imgproc.COLOR_RGB2BGR);
            }
            return Imgcodecs.imencode(".jpg", pixels, encoded, parameters)
                    ? Optional.of(encoded.toArray())
                    : Optional.empty();
        } catch (CvException e) {
            if (NativeMemory.isExhausted(e)) {
                return Optional.empty();
            }
            throw e;
        } catch (OutOfMemoryError e) {
            // The failed allocation was for this picture, whose memory is garbage by now.
            return Optional.empty();
        } finally {
            NativeMemory.releaseLarge(pixels, encoded);
        }
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        closed = true;
        pixels.release();
        encoded.release();
        parameters.release();
    }
}
