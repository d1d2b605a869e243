package io.flinkvision.core.natives;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Native libraries out of a jar, in a folder of their own for as long as it takes to load them: Linux and macOS keep a
 * mapped file that has no name any more. The files are not shared, since Java refuses a library that another class
 * loader has loaded, and knows it by its path; but for those that a program keeps: {@link KeptLibraries}.
 */
final class UnpackedLibraries implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UnpackedLibraries.class);

    private static boolean warned;

    private final Path folder;
    private final boolean kept;
    private final List<Path> files = new ArrayList<>();

    private UnpackedLibraries(Path folder, boolean kept) {
        this.folder = folder;
        this.kept = kept;
    }

    /**
     * Unpacks libraries.
     *
     * @param resources the folder on the class path that holds them
     * @param names without the platform's beginning and ending: {@code onnxruntime} for {@code libonnxruntime.so}
     * @throws IllegalStateException if one of them is not there
     * @throws UncheckedIOException if the folder for temporary files does not take them
     */
    static UnpackedLibraries from(String resources, String... names) {
        List<String> packed = Stream.of(names).map(name -> resources + "/" + System.mapLibraryName(name)).toList();
        return KeptLibraries.folder(packed)
                .map(folder -> new UnpackedLibraries(folder, true))
                .orElseGet(() -> temporary(packed));
    }

    private static UnpackedLibraries temporary(List<String> packed) {
        UnpackedLibraries libraries;
        try {
            libraries = new UnpackedLibraries(Files.createTempDirectory("flink-vision-natives-"), false);
        } catch (IOException e) {
            throw new UncheckedIOException("No folder can be made for native libraries: " + e.getMessage(), e);
        }
        try {
            packed.forEach(libraries::unpack);
            return libraries;
        } catch (RuntimeException e) {
            libraries.close();
            throw e;
        }
    }

    /**
     * Whether this package, and the libraries with it, come from a job's jar, for which Flink makes a class loader of
     * its own, and not from the JVM's class path.
     */
    static boolean isInJobJar() {
        return UnpackedLibraries.class.getClassLoader() != ClassLoader.getSystemClassLoader();
    }

    /** Warns once per class loader, which is once per job, if the libraries are copies of the job's own. */
    static synchronized void warnOfCopies() {
        if (isInJobJar() && !warned) {
            warned = true;
            LOG.warn("OpenCV and ONNX Runtime are loaded from the job's own jar, so every job in this process maps"
                    + " another copy of them, about 90 MB. Put flink-vision-VERSION-natives.jar into Flink's lib/"
                    + " folder and submit the jar without them, flink-vision-VERSION.jar");
        }
    }

    private void unpack(String resource) {
        try (InputStream library = UnpackedLibraries.class.getClassLoader().getResourceAsStream(resource)) {
            if (library == null) {
                throw new IllegalStateException("The jars of this program do not hold " + resource
                        + ": they are for Linux on x86-64 and arm64, unless they are built with -P all-platforms");
            }
            Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
            files.add(file);
            Files.copy(library, file);
        } catch (IOException e) {
            throw new UncheckedIOException("A native library cannot be unpacked to " + folder + ": " + e.getMessage()
                    + "; is the disk full? -Djava.io.tmpdir=FOLDER names another place", e);
        }
    }

    Path folder() {
        return folder;
    }

    /** The file of a library by its name without the platform's beginning and ending. */
    Path file(String name) {
        return folder.resolve(System.mapLibraryName(name));
    }

    /**
     * Removes files and folder, unless they are kept; where loaded files cannot be removed, as on Windows, the end of the
     * JVM does.
     */
    @Override
    public void close() {
        if (kept) {
            return;
        }
        List<Path> all = new ArrayList<>(files);
        all.add(folder);
        for (Path path : all) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // These are deleted in the reverse order of their announcement.
                all.stream().sorted().map(Path::toFile).forEach(File::deleteOnExit);
                return;
            }
        }
    }

    /** The platforms that both libraries are built for, with the folders of the builds in their jars. */
    enum Platform {
        LINUX_X86_64("linux/x86_64", "linux-x64"),
        LINUX_ARM64("linux/ARMv8", "linux-aarch64"),
        MACOS_X86_64("osx/x86_64", "osx-x64"),
        MACOS_ARM64("osx/ARMv8", "osx-aarch64"),
        WINDOWS_X86_64("windows/x86_64", "win-x64");

        private final String openCvFolder;
        private final String onnxRuntimeFolder;

        Platform(String openCvFolder, String onnxRuntimeFolder) {
            this.openCvFolder = openCvFolder;
            this.onnxRuntimeFolder = onnxRuntimeFolder;
        }

        /**
         * The one that this JVM runs on.
         *
         * @throws IllegalStateException if there is no build for it
         */
        static Platform current() {
            return of(System.getProperty("os.name"), System.getProperty("os.arch"));
        }

        /** The platform of Java's system properties {@code os.name} and {@code os.arch}. */
        static Platform of(String system, String architecture) {
            String name = system.toLowerCase(Locale.ROOT);
            boolean arm = architecture.equals("aarch64");
            if (arm || architecture.equals("amd64") || architecture.equals("x86_64")) {
                if (name.startsWith("linux")) {
                    return arm ? LINUX_ARM64 : LINUX_X86_64;
                }
                if (name.startsWith("mac")) {
                    return arm ? MACOS_ARM64 : MACOS_X86_64;
                }
                if (name.startsWith("windows") && !arm) {
                    return WINDOWS_X86_64;
                }
            }
            throw new IllegalStateException("There is no OpenCV and no ONNX Runtime for " + system + " on "
                    + architecture + ": flink-vision runs on Linux and macOS on x86-64 and arm64, and on Windows on"
                    + " x86-64");
        }

        /** This platform's folder in OpenCV's jar. */
        String openCvFolder() {
            return "nu/pattern/opencv/" + openCvFolder;
        }

        /** This platform's folder in ONNX Runtime's jar. */
        String onnxRuntimeFolder() {
            return "ai/onnxruntime/native/" + onnxRuntimeFolder;
        }
    }
}
