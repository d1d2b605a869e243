package io.flinkvision.core.natives;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Native libraries that stay unpacked for the next JVM, since unpacking takes most of the time of a short command. Only
 * bin/vision names a folder for them, beside the jar that it starts from: who can change the one can change the other.
 * They are not for a job's own jar, as several class loaders cannot load the same file.
 */
final class KeptLibraries {

    /** The folder; without it nothing is kept. */
    static final String FOLDER_PROPERTY = "vision.natives";

    private static final Logger LOG = LoggerFactory.getLogger(KeptLibraries.class);

    private KeptLibraries() {}

    /**
     * A library in a jar.
     *
     * @param bytes its length
     * @param crc its CRC-32, which the jar holds for it
     */
    private record Packed(URL url, String name, long bytes, long crc) {

        /** @throws IOException if it is not in a jar */
        static Packed of(String resource) throws IOException {
            URL url = KeptLibraries.class.getClassLoader().getResource(resource);
            if (url == null || !(url.openConnection() instanceof JarURLConnection jar)) {
                throw new IOException(resource + " is not in a jar");
            }
            return new Packed(url, resource.substring(resource.lastIndexOf('/') + 1), jar.getJarEntry().getSize(),
                    jar.getJarEntry().getCrc());
        }

        /** Its length tells a file that was cut off; reading all of it to tell another damage would take too long. */
        boolean isWhole(Path file) throws IOException {
            return Files.isRegularFile(file) && Files.size(file) == bytes;
        }

        /** Other processes see the whole file or none. */
        void unpackTo(Path file) throws IOException {
            // Not a temporary file, which only its owner could read.
            Path part = file.resolveSibling(".part-" + UUID.randomUUID());
            try {
                try (InputStream in = url.openStream(); FileChannel out = FileChannel.open(
                        part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    in.transferTo(Channels.newOutputStream(out));
                    // Else a power failure may leave a file of this length with nothing in it.
                    out.force(true);
                }
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        }
    }

    /**
     * A folder with these libraries, unpacked if they were not there yet, or not whole.
     *
     * @param resources on the class path, in the order in which they are loaded
     * @return empty where none is named, or it cannot be used
     */
    static Optional<Path> folder(List<String> resources) {
        String named = System.getProperty(FOLDER_PROPERTY, "");
        if (named.isEmpty() || UnpackedLibraries.isInJobJar()) {
            return Optional.empty();
        }
        try {
            List<Packed> libraries = new ArrayList<>();
            for (String resource : resources) {
                libraries.add(Packed.of(resource));
            }
            // Another version has a folder of its own.
            Path folder = Path.of(named).resolve(libraries.stream()
                    .map(library -> String.format("%08x", library.crc())).collect(Collectors.joining("-")));
            for (Packed library : libraries) {
                Path file = folder.resolve(library.name());
                if (!library.isWhole(file)) {
                    Files.createDirectories(folder);
                    library.unpackTo(file);
                }
                // The file system may let nothing be run. Loading a library again does nothing.
                System.load(file.toAbsolutePath().toString());
            }
            return Optional.of(folder.toAbsolutePath());
        } catch (IOException | UnsatisfiedLinkError e) {
            LOG.debug("Native libraries are not kept in {}", named, e);
            return Optional.empty();
        }
    }
}
