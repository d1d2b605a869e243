package io.flinkvision.core.natives;

import io.flinkvision.core.natives.UnpackedLibraries.Platform;
import java.nio.file.Path;
import org.opencv.core.Core;

/**
 * Loads OpenCV's native library. The loader of org.openpnp:opencv does that too, but leaves a folder in the temporary
 * files until the JVM ends, and a shutdown hook that keeps the class loader of a job that has ended.
 */
public final class OpenCvNatives {

    private static boolean loaded;

    private OpenCvNatives() {}

    /**
     * Makes sure that OpenCV's classes, as this class loader sees them, have their native code.
     *
     * @throws IllegalStateException if there is none for this machine, or it cannot be loaded
     */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        requireSameClassLoader();
        UnpackedLibraries.warnOfCopies();
        try (UnpackedLibraries libraries =
                UnpackedLibraries.from(Platform.current().openCvFolder(), Core.NATIVE_LIBRARY_NAME)) {
            load(libraries.file(Core.NATIVE_LIBRARY_NAME));
        }
        loaded = true;
    }

    private static void load(Path file) {
        try {
            System.load(file.toString());
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException("OpenCV cannot be loaded: " + e.getMessage() + ". Where the folder of"
                    + " temporary files lets nothing be run (noexec), -Djava.io.tmpdir=FOLDER names another", e);
        }
    }

    /** Java gives a library to the class loader of the class that loads it, and looks native methods up there. */
    private static void requireSameClassLoader() {
        if (Core.class.getClassLoader() != OpenCvNatives.class.getClassLoader()) {
            throw new IllegalStateException("OpenCV comes from "
                    + Core.class.getProtectionDomain().getCodeSource().getLocation() + ", but what loads it from "
                    + OpenCvNatives.class.getProtectionDomain().getCodeSource().getLocation() + ": submit the job jar"
                    + " without OpenCV, or set classloader.parent-first-patterns.additional as conf/flink/config.yaml"
                    + " has it");
        }
    }
}
