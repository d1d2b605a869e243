package io.flinkvision.core.image;

import org.opencv.core.Mat;

/**
 * How much native memory is kept from picture to picture. Reuse pays for the pictures that come all day; a buffer that
 * one huge picture has stretched would be held for ever, in every task slot that such a picture passed.
 */
final class WorkingMemory {

    /** Sixteen megapixels of three samples. */
    static final int MOST_KEPT_BYTES = 48 << 20;

    private WorkingMemory() {}

    /** Releases those that are larger than what is kept; they can be used again. */
    static void releaseLarge(Mat... buffers) {
        for (Mat buffer : buffers) {
            if (buffer.total() * buffer.elemSize() > MOST_KEPT_BYTES) {
                buffer.release();
            }
        }
    }
}
