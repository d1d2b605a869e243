package io.flinkvision.tools.catalogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * A file that is on its way: {@code FILE.part}, whose bytes are counted and digested as they are written, and which
 * becomes {@code FILE} in one step. {@code FILE.part.etag} keeps the entity tag, by which a later run goes on where
 * this one ended. {@code FILE.lock} is locked meanwhile, so that two runs do not write to one file; the system unlocks
 * it when a run dies.
 *
 * <p>What fails here fails for good, with a {@link DownloadException}: another attempt finds the same disk.
 */
final class PartialFile implements AutoCloseable {

    private static final int COPY_BYTES = 1 << 16;

    private final Path file;
    private final Path part;
    private final Path tagFile;
    private final FileChannel lockChannel;
    private final FileChannel channel;
    private MessageDigest digest = sha256();
    private long size;

    /**
     * Opens the file, with what an earlier run left of it.
     *
     * @param file the finished file's path; its folder is made where it is missing
     * @throws DownloadException if it cannot be written, or another run is at it
     */
    PartialFile(Path file) {
        this.file = file;
        this.part = file.resolveSibling(file.getFileName() + ".part");
        this.tagFile = file.resolveSibling(file.getFileName() + ".part.etag");
        this.lockChannel = lock();
        try {
            this.channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            closeQuietly(lockChannel);
            throw unwritable(e);
        }
        try {
            if (entityTag().isPresent()) {
                digestWhatIsThere();
            } else {
                restart(Optional.empty());
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e instanceof RuntimeException known ? known : unwritable((IOException) e);
        }
    }

    private FileChannel lock() {
        FileChannel opened;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            opened = FileChannel.open(file.resolveSibling(file.getFileName() + ".lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unwritable(e);
        }
        boolean locked = false;
        try {
            FileLock lock = opened.tryLock();
            locked = lock != null;
        } catch (OverlappingFileLockException e) {
            // Another thread of this process has it: as bad as another process.
        } catch (IOException e) {
            closeQuietly(opened);
            throw unwritable(e);
        }
        if (!locked) {
            closeQuietly(opened);
            throw new DownloadException("Another run is downloading " + file + " right now; wait until it has ended");
        }
        return opened;
    }

    private void digestWhatIsThere() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        while (channel.read(buffer) >= 0) {
            digest.update(buffer.flip());
            buffer.clear();
        }
        size = channel.position();
    }

    /** Bytes that are here. */
    long size() {
        return size;
    }

    /** What a server needs to know to send only the rest; nothing where there is nothing to go on from. */
    Optional<HttpTransfer.Resumption> resumption() {
        return size == 0 ? Optional.empty() : entityTag().map(tag -> new HttpTransfer.Resumption(size, tag));
    }

    private Optional<String> entityTag() {
        try {
            return Optional.of(Files.readString(tagFile)).filter(tag -> tag.matches("\"[\\x21\\x23-\\x7e]*\""));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Empties the file.
     *
     * @param entityTag of the file that will be written; a weak one or none means that it cannot be gone on with
     */
    void restart(Optional<String> entityTag) {
        try {
            // Bytes under the tag of another file would be worse than bytes without one.
            Files.deleteIfExists(tagFile);
            if (channel.size() > 0) {
                channel.truncate(0);
            }
            channel.position(0);
            size = 0;
            digest = sha256();
            if (entityTag.isPresent()) {
                Files.writeString(tagFile, entityTag.get());
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    void write(ByteBuffer bytes) {
        try {
            digest.update(bytes.duplicate());
            while (bytes.hasRemaining()) {
                size += channel.write(bytes);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** The SHA-256 of the bytes that are here. */
    byte[] sha256OfContent() {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Every JDK's SHA-256 can be cloned", e);
        }
    }

    /** Makes it the finished file, in one step. */
    void finish() {
        try {
            channel.force(true);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.deleteIfExists(tagFile);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Removes what is here, as nothing good can come of it. */
    void discard() {
        restart(Optional.empty());
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Leaves what is here for a later run; but nothing where there is nothing. A second call does nothing. */
    @Override
    public void close() {
        closeQuietly(channel);
        try {
            if (lockChannel.isOpen() && Files.exists(part) && Files.size(part) == 0) {
                Files.delete(part);
                Files.deleteIfExists(tagFile);
            }
        } catch (IOException e) {
            // An empty file that stays behind harms nobody.
        }
        closeQuietly(lockChannel);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // What had to be on the disk was forced to it.
        }
    }

    private DownloadException unwritable(IOException e) {
        String reason = e instanceof AccessDeniedException ? "it may not be written to"
                : e instanceof NoSuchFileException ? "it is not there"
                : e instanceof FileSystemException system && system.getReason() != null ? system.getReason()
                : e instanceof FileSystemException ? "something else is in its place"
                : e.getMessage();
        return new DownloadException("The file cannot be kept in " + file.toAbsolutePath().getParent() + ": " + reason,
                e);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** The SHA-256 of a file; nothing where there is none. */
    static Optional<byte[]> sha256(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        MessageDigest digest = sha256();
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
        } catch (IOException e) {
            throw new DownloadException("The file " + file + " cannot be read: " + e.getMessage(), e);
        }
        return Optional.of(digest.digest());
    }
}
