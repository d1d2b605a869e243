package io.flinkvision.core.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files of which a reader, or whoever comes after a crash, sees the old one or the new one, never a part. */
public final class AtomicFile {

    private static final String PREFIX = ".part-";

    private AtomicFile() {}

    /**
     * Writes a file, in place of one that is there.
     *
     * @throws IOException if it cannot be written; what was there stays
     */
    public static void write(Path file, byte[] bytes) throws IOException {
        Path part = file.resolveSibling(PREFIX + UUID.randomUUID());
        try {
            try (FileChannel channel =
                    FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
                    channel.write(rest);
                }
                // Else a power failure may leave the new name with nothing behind it.
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Whether a file is one that an interrupted write left over, or that is being written. It is hidden. */
    public static boolean isPart(Path file) {
        return file.getFileName().toString().startsWith(PREFIX);
    }
}
