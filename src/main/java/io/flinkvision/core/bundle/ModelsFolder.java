package io.flinkvision.core.bundle;

import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of bundles, each in a folder of its name.
 *
 * @param folder it; need not be there while it has no bundles
 */
public record ModelsFolder(Path folder) {

    /** Fills an empty folder with a bundle's files, and makes sure that they are good ones. */
    @FunctionalInterface
    public interface Content {

        /** @throws IOException if a file cannot be read or written */
        void writeTo(Path folder) throws IOException;
    }

    /**
     * The names of its bundles, in order.
     *
     * @throws ModelException if it cannot be read
     */
    public List<String> names() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(ModelsFolder::isBundle)
                    .map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith(TemporaryFolder.PREFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ModelException(folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether a folder is a bundle. */
    public static boolean isBundle(Path folder) {
        return Files.isRegularFile(folder.resolve(ModelBundle.DESCRIPTION));
    }

    /**
     * The file beside a bundle with the features of the pictures that it was taught from. It goes when the bundle goes.
     */
    private Path features(BundleName name) {
        return folder.resolve(name.text() + ".features.safetensors");
    }

    /** The folder that a bundle has, or would have. */
    public Path bundle(BundleName name) {
        return folder.resolve(name.text());
    }

    /**
     * Checks that a bundle can be put under a name.
     *
     * @param replace whether it may take the place of another bundle
     * @throws ModelException if it cannot
     */
    public void requireRoom(BundleName name, boolean replace) {
        Path place = bundle(name);
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isBundle(place)) {
            throw new ModelException(place + " is there, and is not a model bundle; take another name");
        }
        if (!replace) {
            throw new ModelException("There is a model " + name + " already, in " + place
                    + "; take another name, or replace it with --force");
        }
    }

    /**
     * Puts a bundle under a name: all of it, or nothing.
     *
     * @param replace whether it may take the place of another bundle, which is then gone with the features beside it
     * @return its folder
     * @throws ModelException if it cannot be put there
     */
    public Path put(BundleName name, boolean replace, Content content) {
        requireRoom(name, replace);
        Path place = bundle(name);
        try {
            Files.createDirectories(folder);
            try (TemporaryFolder fresh = TemporaryFolder.in(folder)) {
                content.writeTo(fresh.path());
                if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                    exchange(fresh.path(), place);
                } else {
                    Files.move(fresh.path(), place, StandardCopyOption.ATOMIC_MOVE);
                }
                Files.deleteIfExists(features(name));
            }
            return place;
        } catch (IOException e) {
            throw new ModelException("The model cannot be put into " + place + ": " + e.getMessage(), e);
        }
    }

    private void exchange(Path fresh, Path place) throws IOException {
        try (TemporaryFolder old = TemporaryFolder.in(folder)) {
            Path aside = old.path().resolve(place.getFileName());
            Files.move(place, aside, StandardCopyOption.ATOMIC_MOVE);
            try {
                Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
                throw e;
            }
        }
    }

    /**
     * Removes a bundle with all its files and the features beside it; of a symbolic link the link alone.
     *
     * @throws ModelException if there is no such bundle, or it cannot be removed
     */
    public void remove(BundleName name) {
        Path place = bundle(name);
        if (!isBundle(place)) {
            throw new ModelException("There is no model " + name + " in " + folder + "; there are " + names());
        }
        try (TemporaryFolder old = TemporaryFolder.in(folder)) {
            Files.move(place, old.path().resolve(name.text()), StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(features(name));
        } catch (IOException e) {
            throw new ModelException(place + " cannot be removed: " + e.getMessage(), e);
        }
    }

    /** A folder that goes with all that is in it, when it is closed or when the JVM ends before, as on Ctrl-C. */
    private static final class TemporaryFolder implements AutoCloseable {

        /** Begins its name; no bundle's name begins so. */
        static final String PREFIX = ".";

        private final Path path;
        private final Thread hook;

        private TemporaryFolder(Path path) {
            this.path = path;
            this.hook = new Thread(this::delete, "delete-temporary-folder");
        }

        /** Creates one in another folder, so that its content can be moved there atomically. */
        static TemporaryFolder in(Path parent) throws IOException {
            // createTempDirectory would make a folder that other users cannot read.
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
}
