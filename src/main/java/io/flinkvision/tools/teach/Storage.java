package io.flinkvision.tools.teach;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.system.AtomicFile;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.teach.RefusedChange.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** The files below the folder, and how many bytes they have. They are counted once; changes by hand are not noticed. */
final class Storage {

    /** How a region starts whose deletion may have been interrupted. */
    static final String DELETED = ".deleted-";

    private static final String FEATURES_PART = "." + FeatureFile.NAME + ".";

    private final Path root;
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    /** Counts the files, and deletes those that interrupted changes left over. */
    Storage(Path root, long maxBytes) throws IOException {
        this.root = root;
        this.maxBytes = maxBytes;
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                if (folder.getFileName().toString().startsWith(DELETED)) {
                    deleteTree(folder, bytes -> {});
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (AtomicFile.isPart(file) || file.getFileName().toString().startsWith(FEATURES_PART)) {
                    Files.delete(file);
                } else {
                    used.addAndGet(attributes.size());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    long used() {
        return used.get();
    }

    /** @throws RefusedChange if so many bytes more would be too many */
    void requireRoom(long bytes) {
        if (used.get() + bytes > maxBytes) {
            throw new RefusedChange(Reason.NO_ROOM, root + " has " + used.get() + " bytes of at most " + maxBytes
                    + "; delete pictures or regions that are not needed");
        }
    }

    /** Replaces a file, and makes the folders that it is in. */
    void write(Path file, byte[] bytes) {
        requireRoom(bytes.length);
        changing(file, () -> {
            Files.createDirectories(file.getParent());
            AtomicFile.write(file, bytes);
        });
    }

    /** Adds a line to a file, after one that an interruption may have cut. */
    void append(Path file, String line) {
        byte[] bytes = line.getBytes(UTF_8);
        requireRoom(bytes.length);
        changing(file, () -> {
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer last = ByteBuffer.allocate(1);
                long size = channel.size();
                boolean isCut = size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n';
                channel.position(size);
                ByteBuffer rest = ByteBuffer.wrap(isCut ? ("\n" + line).getBytes(UTF_8) : bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            }
        });
    }

    void write(Path file, FeatureFile features) {
        changing(file, () -> {
            try {
                features.writeTo(file);
            } catch (ModelException e) {
                throw new IOException(e.getMessage(), e);
            }
        });
    }

    /** Deletes a file, if it is there. */
    void delete(Path file) {
        changing(file, () -> Files.deleteIfExists(file));
    }

    void move(Path from, Path to) {
        changing(to, () -> {
            Files.createDirectories(to.getParent());
            used.addAndGet(-size(from));
            Files.move(from, to);
        });
    }

    private interface FileChange {

        void run() throws IOException;
    }

    private void changing(Path file, FileChange change) {
        long before = size(file);
        try {
            change.run();
        } catch (IOException e) {
            throw failure(file, e);
        } finally {
            used.addAndGet(size(file) - before);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Deletes a folder and what is in it. Of links only the links are deleted. */
    void deleteTree(Path folder) {
        deleteTree(folder, bytes -> used.addAndGet(-bytes));
    }

    private static void deleteTree(Path folder, LongConsumer deleted) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    deleted.accept(attributes.size());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw failure(folder, e);
        }
    }

    /** Whether something that is there is below the folder, whatever links lead to it. */
    boolean holds(Path existing) {
        try {
            return existing.toRealPath().startsWith(root.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    /** What people are told if a file cannot be changed. */
    static RuntimeException failure(Path file, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("No space left") || message.contains("quota exceeded")) {
            return new RefusedChange(Reason.NO_ROOM, "The disk of " + file + " is full; make room on it", failure);
        }
        return new ToolException(file + " cannot be changed: " + failure, failure);
    }
}
