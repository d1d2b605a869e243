package io.flinkvision.core.natives;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * libturbojpeg's functions with flaws: pictures that say so behind their end crash the library or keep it for ever. It has
 * no memory for those that say so, which are OpenCV's then. This comes before the real interface, which has this binary
 * name, on the class path of a test's processes; the functions are those of the library that {@code vision.turbojpeg}
 * names.
 */
interface TurboJpeg$Functions extends Library {

    Pointer NOWHERE = new Pointer(1);

    /** The library's answer where something is wrong. */
    int FAILED = -1;

    Pointer tjInitDecompress();

    default int tjDecompressHeader3(Pointer decompressor, Pointer jpeg, NativeLong size, int[] width, int[] height,
            int[] subsampling, int[] colourSpace) {
        String picture = new String(jpeg.getByteArray(0, size.intValue()), StandardCharsets.ISO_8859_1);
        while (picture.contains("fault: hang")) {
            // Ignores interruptions, as native code does.
            LockSupport.parkNanos(Long.MAX_VALUE);
            Thread.interrupted();
        }
        if (picture.contains("fault: no ")) {
            return FAILED;
        }
        // A segmentation fault in libturbojpeg itself.
        Pointer file = picture.contains("fault: crash") ? NOWHERE : jpeg;
        return NativeLibrary.getInstance(System.getProperty("vision.turbojpeg")).getFunction("tjDecompressHeader3")
                .invokeInt(new Object[] {decompressor, file, size, width, height, subsampling, colourSpace});
    }

    int tjDecompress2(Pointer decompressor, Pointer jpeg, NativeLong size, Pointer pixels, int width, int rowBytes,
            int height, int pixelFormat, int flags);

    int tjDestroy(Pointer decompressor);
}
