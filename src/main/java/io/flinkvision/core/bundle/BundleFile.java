package io.flinkvision.core.bundle;

import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.weights.LinearHead;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A file of a bundle, with the limit of its size. The limits keep a bundle from elsewhere from filling a machine's disk
 * or memory.
 *
 * @param name its name in the bundle's folder
 * @param maxBytes bytes that it may have at most
 */
public record BundleFile(String name, long maxBytes) {

    /** The limit of a bundle's files together: 1 GiB. */
    public static final long MAX_BUNDLE_BYTES = 1L << 30;

    /** 16 MiB. */
    public static final long MAX_LABEL_BYTES = 16L << 20;

    /** Those of any head. */
    public static final long MAX_HEAD_BYTES = LinearHead.MAX_BYTES;

    private static final long MAX_DESCRIPTION_BYTES = 1L << 20;

    /** The description, which every bundle has. */
    public static final BundleFile DESCRIPTION = new BundleFile(ModelBundle.DESCRIPTION, MAX_DESCRIPTION_BYTES);

    public BundleFile {
        Objects.requireNonNull(name, "name");
        if (maxBytes < 0) {
            throw new IllegalArgumentException("maxBytes must not be negative: " + maxBytes);
        }
    }

    /**
     * Looks at the file in a folder of this machine, without opening it: opening a named pipe may block for ever.
     *
     * @return why it must not be read, as the rest of a sentence that begins with its name
     */
    Optional<String> problemIn(Path folder) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                return Optional.of("is not in " + folder);
            }
            if (!file.toRealPath().startsWith(folder.toRealPath())) {
                return Optional.of("is a link to a file outside " + folder + "; copy that file into it");
            }
            return Files.isRegularFile(file) ? problemWith(Files.size(file)) : Optional.of("is not a regular file");
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e);
        }
    }

    /**
     * Holds a size against the limit.
     *
     * @return why a file of that size must not be read, as above
     */
    public Optional<String> problemWith(long bytes) {
        return bytes <= maxBytes
                ? Optional.empty()
                : Optional.of("has more than " + maxBytes + " bytes, which is the limit"
                        + (maxBytes == MAX_BUNDLE_BYTES ? " of a bundle" : " of such a file"));
    }

    /**
     * Requires a plain file within its limit in a folder of this machine, where links lead no further than that folder.
     *
     * @throws ModelException if it is anything else
     */
    public void requireReadableIn(Path folder) {
        problemIn(folder).ifPresent(problem -> {
            throw new ModelException(folder + " is not a model bundle: its " + name + " " + problem);
        });
    }

    /** Bytes of the file in a folder that has it. */
    long bytesIn(Path folder) {
        try {
            return Files.size(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * SHA-256 of a file in lower-case hexadecimal, as {@code sha256sum} prints it.
     *
     * @throws ModelException if the file cannot be read
     */
    public static String digest(Path file) {
        try {
            return Sha256.of(file);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * SHA-256 of one file's bytes followed by another's, as {@code cat FIRST SECOND | sha256sum} prints it.
     *
     * @throws ModelException if a file cannot be read
     */
    static String digest(Path first, Path second) {
        try {
            return Sha256.of(first, second);
        } catch (IOException e) {
            throw new ModelException(first + " or " + second.getFileName() + " cannot be read: " + e.getMessage(), e);
        }
    }
}
