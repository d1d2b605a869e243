package org.opencv.imgcodecs;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * OpenCV's decoder with flaws: pictures that say so behind their end crash it, keep it for ever, or use up memory. It comes
 * before the real class on the class path of a test's processes, which are otherwise what users have.
 */
public class Imgcodecs {

    // The same numbers as the real ones.
    public static final int IMREAD_UNCHANGED = -1;

    private static final long NOWHERE = 1;
    private static final Set<String> FAILED = ConcurrentHashMap.newKeySet();

    public static Mat imdecode(Mat buf, int flags) {
        byte[] bytes = new byte[(int) buf.total()];
        buf.get(0, 0, bytes);
        String picture = new String(bytes, StandardCharsets.ISO_8859_1);
        if (picture.contains("fault: crash")) {
            // A segmentation fault in OpenCV itself.
            return new Mat(imdecode_0(NOWHERE, flags));
        }
        while (picture.contains("fault: hang")) {
            // Whoever interrupts this is not heard.
            LockSupport.parkNanos(Long.MAX_VALUE);
            Thread.interrupted();
        }
        if (picture.contains("fault: no heap")) {
            return new Mat(new long[Integer.MAX_VALUE - 8].length, 1, CvType.CV_8UC1);
        }
        if (picture.contains("fault: no memory at first") && FAILED.add(picture)
                || picture.contains("fault: no memory at all")) {
            // More bytes than a process has addresses.
            return new Mat(1 << 23, 1 << 23, CvType.CV_8UC4);
        }
        return new Mat(imdecode_0(buf.nativeObj, flags));
    }

    private static native long imdecode_0(long buf_nativeObj, int flags);
}
