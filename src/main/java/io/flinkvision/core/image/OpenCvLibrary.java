package io.flinkvision.core.image;

import io.flinkvision.core.natives.OpenCvNatives;
import io.flinkvision.core.natives.TurboJpeg;
import org.opencv.core.Core;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenCV's native library, loaded once for each class loader. Each loaded copy has settings of its own, so the number
 * of its threads is set right after the load: one, because parallelism is that of the task slots.
 */
public final class OpenCvLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(OpenCvLibrary.class);

    private OpenCvLibrary() {}

    /** Loading happens when this class is initialised, which Java does once and under a lock. */
    private static final class Loaded {
        static final String VERSION = loadNow();

        private static String loadNow() {
            OpenCvNatives.load();
            Core.setNumThreads(1);
            LOG.info("Loaded OpenCV {}", Core.VERSION);
            return Core.VERSION;
        }
    }

    /**
     * Makes sure that the library is loaded.
     *
     * @return OpenCV's version
     * @throws IllegalStateException if OpenCV is not on the class path
     */
    public static String load() {
        try {
            return Loaded.VERSION;
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException("OpenCV is not on the class path: put flink-vision-VERSION-natives.jar into"
                    + " Flink's lib/ folder, on all machines of the cluster, and restart it; or submit"
                    + " flink-vision-VERSION-all.jar, which holds OpenCV", e);
        }
    }

    /** The decoder of JPEGs in this process: the system's libturbojpeg, or OpenCV's own. */
    public static String jpegDecoder() {
        return TurboJpeg.isInstalled() ? "libturbojpeg" : "OpenCV";
    }

    /** OpenCV's version, known without loading the library. */
    public static String version() {
        return Core.VERSION;
    }
}
