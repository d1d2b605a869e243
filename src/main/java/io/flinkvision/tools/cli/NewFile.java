package io.flinkvision.tools.cli;

import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that a command writes.
 *
 * @param path its path
 * @param force whether it replaces an existing file
 */
record NewFile(Path path, boolean force) {

    /**
     * Checks that it can be written, as far as that can be told: for before a long work.
     *
     * @throws ModelException if it exists already, or its folder does not
     */
    void requireRoom() {
        if (Files.isDirectory(path)) {
            throw new ModelException(path + " cannot be written: it is a folder");
        }
        if (Files.exists(path) && !force) {
            throw new ModelException(exists());
        }
        if (!Files.isDirectory(path.toAbsolutePath().getParent())) {
            throw new ModelException(withoutFolder());
        }
    }

    /**
     * Writes it as a whole: a reader never sees a part of it, and an interrupted write leaves the old file.
     *
     * @throws ModelException if it exists already, or cannot be written
     */
    void write(byte[] bytes) {
        try {
            if (Files.exists(path) && !Files.isRegularFile(path) && force) {
                // A device or a pipe cannot be replaced.
                Files.write(path, bytes);
            } else {
                // A link stays one.
                move(bytes, Files.exists(path) ? path.toRealPath() : path);
            }
        } catch (FileAlreadyExistsException e) {
            throw new ModelException(exists(), e);
        } catch (NoSuchFileException e) {
            throw new ModelException(withoutFolder(), e);
        } catch (AccessDeniedException e) {
            throw new ModelException(path + " cannot be written: access to its folder is denied", e);
        } catch (IOException e) {
            throw new ModelException(path + " cannot be written: " + e.getMessage(), e);
        }
    }

    private void move(byte[] bytes, Path target) throws IOException {
        Path temporary = target.resolveSibling(
                ".vision-" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
        try {
            Files.write(temporary, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (force) {
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(temporary, target);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private String exists() {
        return path + " exists already; use --force to overwrite it";
    }

    private String withoutFolder() {
        return path + " cannot be written: its folder does not exist";
    }
}
