package io.flinkvision.core.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that goes with all that is in it, when it is closed or when the JVM ends before, as on Ctrl-C. */
final class TemporaryFolder implements AutoCloseable {

    /** Begins its name; no bundle's name begins so. */
    static final String PREFIX = ".";

    private final Path path;
    private final Thread hook;

    private TemporaryFolder(Path path) {
        this.path = path;
        this.hook = new Thread(this::delete, "delete-temporary-folder");
    }

    /** Makes one in another folder, so that what it holds can be moved there at once. */
    static TemporaryFolder in(Path parent) throws IOException {
        // Not createTempDirectory, whose folders nobody else may read: a bundle is moved out of it, or is it.
        Path path = parent.resolve(PREFIX + "new-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        TemporaryFolder folder = new TemporaryFolder(Files.createDirectory(path));
        Runtime.getRuntime().addShutdownHook(folder.hook);
        return folder;
    }

    Path path() {
        return path;
    }

    /** Deletes the folder, if it has not been moved away. */
    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook is at work.
        }
        try {
            delete();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Does not follow symbolic links. */
    private void delete() {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
