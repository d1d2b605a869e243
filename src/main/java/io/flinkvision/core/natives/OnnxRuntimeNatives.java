package io.flinkvision.core.natives;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import io.flinkvision.core.natives.UnpackedLibraries.Platform;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts ONNX Runtime without leftovers: its own loader keeps its libraries in the temporary files until the JVM ends.
 */
public final class OnnxRuntimeNatives {

    private static final Logger LOG = LoggerFactory.getLogger(OnnxRuntimeNatives.class);

    /** The folder that ONNX Runtime searches first; users may set it, for example for a build with CUDA. */
    private static final String LIBRARY_FOLDER = "onnxruntime.native.path";

    private static boolean loaded;

    private OnnxRuntimeNatives() {}

    /**
     * Makes sure that ONNX Runtime's classes, as this class loader sees them, have their native code, and that its one
     * environment is there.
     *
     * @throws IllegalStateException if there is none for this machine, or it cannot be loaded
     */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        UnpackedLibraries.warnOfCopies();
        // A system property is the JVM's, and other jobs in it may be loading too.
        synchronized (Runtime.getRuntime()) {
            if (System.getProperty(LIBRARY_FOLDER) != null) {
                start();
            } else {
                startFromUnpackedLibraries();
            }
        }
        removeEmptyFolder();
        loaded = true;
    }

    private static void startFromUnpackedLibraries() {
        try (UnpackedLibraries libraries = UnpackedLibraries.from(
                Platform.current().onnxRuntimeFolder(), "onnxruntime", "onnxruntime4j_jni")) {
            System.setProperty(LIBRARY_FOLDER, libraries.folder().toString());
            try {
                start();
            } finally {
                System.clearProperty(LIBRARY_FOLDER);
            }
        }
    }

    private static void start() {
        try {
            // What it writes to standard error holds names out of the model, escape sequences and all; what it logs as
            // errors comes as exceptions too.
            // The hook would only release, at the end of the process, what goes with the process.
            ShutdownHooks.withoutNewOnes(
                    () -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL));
        } catch (LinkageError e) {
            throw new IllegalStateException("ONNX Runtime cannot be loaded: " + e.getMessage() + ". Where the folder of"
                    + " temporary files lets nothing be run (noexec), -Djava.io.tmpdir=FOLDER names another", e);
        }
    }

    /** ONNX Runtime makes a folder in any case, which nothing is in; it would stay until the JVM ends. */
    private static void removeEmptyFolder() {
        try {
            Field folder = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("tempDirectory");
            folder.setAccessible(true);
            if (folder.get(null) instanceof Path path) {
                Files.deleteIfExists(path);
            }
        } catch (ReflectiveOperationException | IOException e) {
            LOG.debug("ONNX Runtime's folder is left to it", e);
        }
    }

    /**
     * Keeps ONNX Runtime from registering its shutdown hook. The JVM holds on to a hook, and through it to the class
     * loader of a job that has ended, with its classes and native libraries; a job that restarts would add a copy each
     * time. ONNX Runtime registers the hook in a constructor and neither returns nor removes it, and Java removes only
     * hooks that the caller holds. So this looks at the JDK's own register, which Flink's option {@code
     * --add-opens=java.base/java.lang=ALL-UNNAMED} opens. With the libraries in Flink's lib/ folder it makes no
     * difference: that class loader lives as long as the JVM.
     */
    private static final class ShutdownHooks {

        /** Runs an action and removes the hooks that it registers on this thread. */
        static void withoutNewOnes(Runnable action) {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            // A new thread inherits its creator's context class loader, which marks the hooks.
            ClassLoader mark = new ClassLoader(ShutdownHooks.class.getClassLoader()) {};
            thread.setContextClassLoader(mark);
            try {
                action.run();
            } finally {
                thread.setContextClassLoader(before);
                removeHooks(mark);
            }
        }

        private static void removeHooks(ClassLoader mark) {
            try {
                Class<?> register = Class.forName("java.lang.ApplicationShutdownHooks");
                Field hooks = register.getDeclaredField("hooks");
                hooks.setAccessible(true);
                synchronized (register) {
                    if (hooks.get(null) instanceof Map<?, ?> threads) {
                        threads.keySet().removeIf(
                                hook -> hook instanceof Thread thread && thread.getContextClassLoader() == mark);
                    }
                }
            } catch (ReflectiveOperationException | RuntimeException e) {
                // Only a job's own class loader can be released before the JVM ends.
                if (UnpackedLibraries.isInJobJar()) {
                    LOG.warn("The classes and native libraries of this job will stay in memory after it has ended,"
                            + " because {}; start Flink with env.java.opts.all as conf/flink/config.yaml has it",
                            e.getMessage());
                }
            }
        }
    }
}
