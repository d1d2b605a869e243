package io.flinkvision.image;

import nu.pattern.OpenCV;
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
            OpenCV.loadLocally();
            Core.setNumThreads(1);
            LOG.info("Loaded OpenCV {}", Core.VERSION);
            return Core.VERSION;
        }
    }

    /**
     * Makes sure that the library is loaded.
     *
     * @return OpenCV's version
     */
    public static String load() {
        return Loaded.VERSION;
    }
}
