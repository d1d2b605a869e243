package io.flinkvision.core.natives;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this package was loaded from, and the libraries with it: the class path of the JVM, of which there is one, or
 * the jar of a job, for which Flink makes a class loader of its own.
 */
final class Origin {

    private static final Logger LOG = LoggerFactory.getLogger(Origin.class);

    private static boolean warned;

    private Origin() {}

    static boolean isJobJar() {
        return Origin.class.getClassLoader() != ClassLoader.getSystemClassLoader();
    }

    /** Says once for each class loader, which is once for each job, that it has copies of its own. */
    static synchronized void warnOfCopies() {
        if (isJobJar() && !warned) {
            warned = true;
            LOG.warn("OpenCV and ONNX Runtime come out of the job's own jar, so that every job in this process maps"
                    + " another copy of them, about 90 MB: better put flink-vision-VERSION-natives.jar into Flink's"
                    + " lib/ folder, and submit the jar without them, flink-vision-VERSION.jar");
        }
    }
}
