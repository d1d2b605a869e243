package io.flinkvision.job.guard;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/**
 * The place of the notes of all jobs. It must outlive the process: a folder of the machine, or of a shared volume if the
 * next process may start elsewhere. It must belong to the user: anyone who can plant notes can have records refused.
 */
public sealed interface NotesPlace extends Serializable {

    /** The folder on this machine. */
    Path folder();

    /**
     * Creates the folder if it is missing.
     *
     * @throws IOException if it cannot be created, or is not to be trusted
     */
    Path open() throws IOException;

    /** A configured folder. Its group may write, as on a volume that Kubernetes assigns to a group. */
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
            Path folder = Files.createDirectories(folder());
            Ownership.require(folder.toRealPath(), Set.of(PosixFilePermission.OTHERS_WRITE));
            return folder;
        }
    }

    /** Below {@code java.io.tmpdir}, where others may write too; one per user of the machine. */
    record TemporaryFiles() implements NotesPlace {

        /** The start of the folder's name; the user's name follows. */
        public static final String PREFIX = "flink-vision-notes-";

        @Override
        public Path folder() {
            return Path.of(System.getProperty("java.io.tmpdir"),
                    PREFIX + System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_"));
        }

        @Override
        public Path open() throws IOException {
            Path folder = folder();
            try {
                return Files.createDirectory(folder,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException(folder + " is not a folder: another user may have created it", e);
                }
                Ownership.require(folder, Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
                return folder;
            }
        }
    }
}
