package io.flinkvision.core.image;

import io.flinkvision.core.image.ImageHeader.Transparency;
import io.flinkvision.core.image.ImageHeader.Transparency.AlphaChannel;
import io.flinkvision.core.image.ImageHeader.Transparency.TransparentGrey;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.imgproc.Imgproc;

/**
 * Converts a decoder's pixels to 8-bit BGR as a browser shows them: transparency on white, the upper bits of deeper
 * samples. Owns its working memory, which it keeps from picture to picture.
 */
final class PixelConversion implements AutoCloseable {

    private static final double SIXTEEN_TO_EIGHT_BITS = 1.0 / 257;
    private static final Scalar WHITE = Scalar.all(255);

    private final Mat bgr = new Mat();
    private final Mat alpha = new Mat();
    private final Mat mask = new Mat();

    /**
     * Converts a picture.
     *
     * @param decoded 1, 3 (BGR) or 4 (BGRA) channels of 8 or 16 bits, of which 8 are left afterwards: with a copy for
     *     these, a picture of 16 bits would take twice the memory of all others
     * @param transparency which of its pixels become white
     * @return 8-bit BGR, which is {@code decoded} itself where that is so already; otherwise it belongs to this object
     *     and is overwritten by the next call
     * @throws MalformedImageException if there is no such conversion
     */
    Mat toBgr(Mat decoded, Transparency transparency) throws MalformedImageException {
        boolean whitens = transparency instanceof TransparentGrey && decoded.channels() == 1;
        if (whitens) {
            select(decoded, ((TransparentGrey) transparency).sample());
        }
        reduceToEightBits(decoded);
        switch (decoded.channels()) {
            case 1 -> Imgproc.cvtColor(decoded, bgr, Imgproc.COLOR_GRAY2BGR);
            case 3 -> {
                return decoded;
            }
            case 4 -> Imgproc.cvtColor(decoded, bgr, Imgproc.COLOR_BGRA2BGR);
            default -> throw MalformedImageException.unsupported(
                    "The picture has " + decoded.channels() + " channels, and only 1, 3 and 4 can be shown");
        }
        if (whitens) {
            bgr.setTo(WHITE, mask).release();
        } else if (transparency instanceof AlphaChannel channel && decoded.channels() == 4) {
            putOnWhite(decoded, channel.zeroIsPadding());
        }
        return bgr;
    }

    private static void reduceToEightBits(Mat decoded) throws MalformedImageException {
        switch (decoded.depth()) {
            case CvType.CV_8U -> {
                // They are.
            }
            case CvType.CV_16U -> decoded.convertTo(decoded, CvType.CV_8U, SIXTEEN_TO_EIGHT_BITS);
            default -> throw MalformedImageException.unsupported("The picture has samples of the type "
                    + CvType.typeToString(decoded.type()) + ", and only 8 and 16 bits can be shown");
        }
    }

    /** {@code colour * alpha + white * (1 - alpha)} is {@code 255 - (255 - colour) * alpha}. */
    private void putOnWhite(Mat bgra, boolean zeroIsPadding) {
        Core.extractChannel(bgra, mask, 3);
        if (zeroIsPadding && Core.countNonZero(mask) == 0) {
            return;
        }
        Imgproc.cvtColor(mask, alpha, Imgproc.COLOR_GRAY2BGR);
        Core.bitwise_not(bgr, bgr);
        Core.multiply(bgr, alpha, bgr, 1.0 / 255);
        Core.bitwise_not(bgr, bgr);
    }

    /** Marks the greys of a sample, at the depth of the file: its neighbours of 16 bits, equal in 8, are opaque. */
    private void select(Mat greys, int sample) {
        Scalar exactly = Scalar.all(sample);
        Core.inRange(greys, exactly, exactly, mask);
    }

    /** Releases large buffers; the last picture's pixels may be among them. */
    void releaseLargeBuffers() {
        NativeMemory.releaseLarge(bgr, alpha, mask);
    }

    /** Releases the working memory; a second call does nothing. */
    @Override
    public void close() {
        for (Mat mat : new Mat[] {bgr, alpha, mask}) {
            mat.release();
        }
    }
}
