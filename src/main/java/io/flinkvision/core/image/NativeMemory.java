package io.flinkvision.core.image;

import org.opencv.core.CvException;

/** Tells a picture that OpenCV has no memory for from one that is broken. */
final class NativeMemory {

    /** OpenCV's {@code Error::StsNoMem}, as its messages quote it. */
    private static final String INSUFFICIENT_MEMORY = "(-4:";

    /** What C++ says itself, as OpenCV's Java binding passes it on. */
    private static final String BAD_ALLOCATION = "std::bad_alloc";

    private NativeMemory() {}

    /** Whether a failure of OpenCV means that it could not allocate what it needed. */
    static boolean isExhausted(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        return failure instanceof CvException && message.contains(INSUFFICIENT_MEMORY)
                || message.contains(BAD_ALLOCATION);
    }
}
