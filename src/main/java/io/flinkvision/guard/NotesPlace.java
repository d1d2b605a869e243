package io.flinkvision.guard;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;

/**
 * Where the notes of all jobs lie. It must outlive the process: a folder of the machine, or of a shared volume where
 * the next process may start elsewhere.
 */
public sealed interface NotesPlace extends Serializable {

    /** The folder, on the machine that asks. */
    Path folder();

    /**
     * Makes the folder where it is not there.
     *
     * @throws IOException if it cannot be made, or is not to be trusted
     */
    Path open() throws IOException;

    /** A folder that somebody has chosen. */
    record Chosen(String path) implements NotesPlace {

        public Chosen {
            Objects.requireNonNull(path, "path");
        }

        @Override
        public Path folder() {
            return Path.of(path);
        }

        @Override
        public Path open() throws IOException {
            return Files.createDirectories(folder());
        }
    }

    /**
     * Below {@code java.io.tmpdir} of the process, one for each user of the machine. Others may write there too, so a
     * folder that is found must be the user's own: who can plant notes can have records refused.
     */
    record TemporaryFiles() implements NotesPlace {

        /** What the folder's name begins with; the user's name follows. */
        public static final String NAME = "flink-vision-notes-";

        @Override
        public Path folder() {
            return Path.of(System.getProperty("java.io.tmpdir"),
                    NAME + System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_"));
        }

        @Override
        public Path open() throws IOException {
            Path folder = folder();
            try {
                return Files.createDirectory(folder,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !owner(folder).equals(thisUser())) {
                    throw new IOException("another user has made " + folder, e);
                }
                return folder;
            }
        }

        private static UserPrincipal owner(Path path) throws IOException {
            return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
        }

        /** As the file system knows it: in a container {@code user.name} may be no name at all. */
        private static UserPrincipal thisUser() throws IOException {
            Path file = Files.createTempFile(NAME, "");
            try {
                return owner(file);
            } finally {
                Files.delete(file);
            }
        }
    }
}
