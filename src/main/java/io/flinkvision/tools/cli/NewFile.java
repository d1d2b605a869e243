package io.flinkvision.tools.cli;

import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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

    /** @throws ModelException if it exists already, or cannot be written */
    void write(byte[] bytes) {
        OpenOption[] options = force
                ? new OpenOption[] {StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE}
                : new OpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
        try {
            Files.write(path, bytes, options);
        } catch (FileAlreadyExistsException e) {
            throw new ModelException(exists(), e);
        } catch (NoSuchFileException e) {
            throw new ModelException(withoutFolder(), e);
        } catch (IOException e) {
            throw new ModelException(path + " cannot be written: " + e.getMessage(), e);
        }
    }

    private String exists() {
        return path + " exists already; use --force to overwrite it";
    }

    private String withoutFolder() {
        return path + " cannot be written: its folder does not exist";
    }
}
