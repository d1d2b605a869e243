package io.flinkvision.core.image;

import org.opencv.core.CvException;
import org.opencv.core.Mat;

/**
 * Limits of OpenCV's memory. Buffers are kept from picture to picture, except large ones: a buffer that one huge
 * picture has grown would otherwise be held for ever in every task slot that such a picture passed.
 */
final class NativeMemory {

    /** Sixteen megapixels of three samples. */
    static final int MAX_KEPT_BYTES = 48 << 20;

    /** OpenCV's {@code Error::StsNoMem}, as its messages quote it. */
    private static final String INSUFFICIENT_MEMORY = "(-4:";

    /** The message of C++'s own exception, as OpenCV's Java binding passes it on. */
    private static final String BAD_ALLOCATION = "std::bad_alloc";

    private NativeMemory() {}

    /** Whether OpenCV failed because it could not allocate memory, rather than because the picture is broken. */
    static boolean isExhausted(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        return failure instanceof CvException && message.contains(INSUFFICIENT_MEMORY)
                || message.contains(BAD_ALLOCATION);
    }

    /** Releases buffers of more than {@link #MAX_KEPT_BYTES}; they can be used again. */
    static void releaseLarge(Mat... buffers) {
        for (Mat buffer : buffers) {
            if (buffer.total() * buffer.elemSize() > MAX_KEPT_BYTES) {
                buffer.release();
            }
        }
    }
}
