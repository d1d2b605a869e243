package io.flinkvision.core.image;

import io.flinkvision.core.image.Reduction.JpegScale;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/**
 * Fingerprints of encoded pictures. A JPEG is decoded at an eighth of its size where each cell keeps enough pixels,
 * which leaves little more to do than to read its codes.
 *
 * <p>Owns native memory that it keeps from picture to picture; not thread-safe.
 */
public final class EncodedFingerprints implements AutoCloseable {

    /** Pixels along a side of a cell that its mean needs, whatever the noise of the sensor. */
    private static final int PIXELS_PER_CELL = 2;

    private final UprightDecoder pictures = new UprightDecoder(DecodeLimits.DEFAULTS.acceptingTruncation());
    private final Mat grey = new Mat();

    /**
     * What a picture looks like.
     *
     * @param bytes a whole file
     * @return empty where it is refused
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<ImageFingerprint> of(byte[] bytes) {
        try {
            Imgproc.cvtColor(pictures.decode(bytes, EncodedFingerprints::scale).bgr(), grey, Imgproc.COLOR_BGR2GRAY);
        } catch (MalformedImageException e) {
            return Optional.empty();
        } finally {
            pictures.releaseLargeBuffers();
        }
        byte[] samples = new byte[grey.rows() * grey.cols()];
        grey.get(0, 0, samples);
        return Optional.of(ImageFingerprint.ofGrey(ByteBuffer.wrap(samples), grey.cols(), grey.cols(), grey.rows()));
    }

    private static JpegScale scale(int width, int height) {
        return JpegScale.smallest(
                scale -> scale.pixels(Math.min(width, height)) >= PIXELS_PER_CELL * ImageFingerprint.SIDE);
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        pictures.close();
        grey.release();
    }
}
