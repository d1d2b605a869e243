package io.flinkvision.core.natives;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A decompressor of the libjpeg-turbo that the operating system has, libturbojpeg, by its TurboJPEG C API of 1.4 and
 * later. It decodes several samples in one instruction (SIMD), which the copy inside OpenCV is built without: the same
 * pixels, in a third to a half of the time.
 *
 * <p>Owns native memory; not thread-safe.
 */
public final class TurboJpeg implements AutoCloseable {

    /** The library's file, or {@code none} to not use it; if unset, the system's loader finds it. */
    public static final String FILE_PROPERTY = "vision.turbojpeg";

    private static final Logger LOG = LoggerFactory.getLogger(TurboJpeg.class);

    private static final String NONE = "none";

    /** TJPF_BGR: three bytes per pixel. */
    private static final int BLUE_GREEN_RED = 1;

    /** TJPF_GRAY: one byte per pixel, the luma; the other components are read, and not computed. */
    private static final int GREY = 6;

    /** TJFLAG_STOPONWARNING. */
    private static final int STOP_ON_WARNING = 1 << 13;

    /** Guarded by the class; null until the library was looked for. */
    private static Optional<Functions> ofVersions;

    private final Functions functions;
    private final int[] width = new int[1];
    private final int[] height = new int[1];
    private final int[] subsampling = new int[1];
    private final int[] colourSpace = new int[1];
    private Pointer decompressor;

    /** Functions of turbojpeg.h. All but the first return 0 on success. */
    interface Functions extends Library {

        Pointer tjInitDecompress();

        int tjDecompressHeader3(Pointer decompressor, Pointer jpeg, NativeLong size, int[] width, int[] height,
                int[] subsampling, int[] colourSpace);

        int tjDecompress2(Pointer decompressor, Pointer jpeg, NativeLong size, Pointer pixels, int width, int rowBytes,
                int height, int pixelFormat, int flags);

        int tjDestroy(Pointer decompressor);
    }

    TurboJpeg(Functions functions) {
        this.functions = functions;
        this.decompressor = Optional.ofNullable(functions.tjInitDecompress())
                .orElseThrow(() -> new OutOfMemoryError("libturbojpeg has no memory for a decompressor"));
    }

    /**
     * A new decompressor.
     *
     * @return empty where the library is not installed, or is not to be used
     * @throws IllegalStateException if {@value #FILE_PROPERTY} names a file that is not that library
     */
    public static Optional<TurboJpeg> ofThisSystem() {
        // Not before it is known that there is a library: JNA's classes may be missing.
        return isInstalled() ? library().map(TurboJpeg::new) : Optional.empty();
    }

    /** Whether {@link #ofThisSystem()} is one. */
    public static boolean isInstalled() {
        return library().isPresent();
    }

    private static synchronized Optional<Functions> library() {
        if (ofVersions == null) {
            ofVersions = find(System.getProperty(FILE_PROPERTY, ""));
        }
        return ofVersions;
    }

    private static Optional<Functions> find(String file) {
        if (!hasJna()) {
            LOG.info("JPEGs are decoded by OpenCV: libturbojpeg is supported by flink-vision-VERSION-natives.jar only");
            return Optional.empty();
        }
        if (file.equals(NONE)) {
            LOG.info("JPEGs are decoded by OpenCV, since {} is {}", FILE_PROPERTY, NONE);
            return Optional.empty();
        }
        if (!file.isEmpty()) {
            Functions functions = load(file);
            LOG.info("JPEGs are decoded by {}", file);
            return Optional.of(functions);
        }
        try {
            Functions functions = load(systemName(System.getProperty("os.name")));
            LOG.info("JPEGs are decoded by this system's libturbojpeg");
            return Optional.of(functions);
        } catch (IllegalStateException e) {
            LOG.info("JPEGs are decoded by OpenCV. With libturbojpeg, a package of most systems, decoding takes a third"
                    + " to a half of the time. {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** The jar with everything in it lacks JNA. */
    private static boolean hasJna() {
        try {
            Class.forName("com.sun.jna.Library", false, TurboJpeg.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Linux has the name without a number only where programs are compiled. */
    static String systemName(String system) {
        return system.toLowerCase(Locale.ROOT).startsWith("linux") ? "libturbojpeg.so.0" : "turbojpeg";
    }

    /**
     * @param name a file's path, or a name that the system's loader knows
     * @throws IllegalStateException if it cannot be loaded
     */
    static Functions load(String name) {
        try {
            return Native.load(name, Functions.class);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "libturbojpeg cannot be loaded: " + e.getMessage().lines().findFirst().orElse(name), e);
        }
    }

    /**
     * Decodes a JPEG to 8-bit blue, green and red.
     *
     * @param jpeg the address of a whole file
     * @param length its bytes
     * @param width the pixels that its rows must have
     * @param height the rows that it must have
     * @param bgr the address of {@code [scaledHeight, scaledWidth, 3]} bytes, which are overwritten
     * @param scaledWidth {@code width}, or a half, a quarter or an eighth of it, rounded up
     * @param scaledHeight {@code height} likewise
     * @return false where the library cannot decode it or has a warning; what was written is then worth nothing
     * @throws IllegalStateException after {@link #close()}
     */
    public boolean decode(
            long jpeg, int length, int width, int height, long bgr, int scaledWidth, int scaledHeight) {
        return decode(jpeg, length, width, height, bgr, scaledWidth, scaledHeight, BLUE_GREEN_RED);
    }

    /**
     * Decodes the luma of a JPEG, as {@link #decode} does its colours.
     *
     * @param grey the address of {@code [scaledHeight, scaledWidth]} bytes, which are overwritten
     * @return false where the library cannot decode it or has a warning; what was written is then worth nothing
     * @throws IllegalStateException after {@link #close()}
     */
    public boolean decodeGrey(
            long jpeg, int length, int width, int height, long grey, int scaledWidth, int scaledHeight) {
        return decode(jpeg, length, width, height, grey, scaledWidth, scaledHeight, GREY);
    }

    private boolean decode(long jpeg, int length, int width, int height, long pixels, int scaledWidth,
            int scaledHeight, int pixelFormat) {
        if (decompressor == null) {
            throw new IllegalStateException("The decompressor is closed");
        }
        Pointer file = new Pointer(jpeg);
        NativeLong size = new NativeLong(length, true);
        // The library would silently scale a picture of another size to fit.
        return functions.tjDecompressHeader3(
                        decompressor, file, size, this.width, this.height, subsampling, colourSpace) == 0
                && this.width[0] == width
                && this.height[0] == height
                && functions.tjDecompress2(decompressor, file, size, new Pointer(pixels), scaledWidth, 0, scaledHeight,
                        pixelFormat, STOP_ON_WARNING) == 0;
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        if (decompressor != null) {
            functions.tjDestroy(decompressor);
            decompressor = null;
        }
    }
}
