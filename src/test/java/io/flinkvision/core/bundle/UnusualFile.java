package io.flinkvision.core.bundle;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Files that somebody may put into a bundle to stop what reads it. */
public final class UnusualFile {

    private UnusualFile() {}

    /** Makes a named pipe, which nobody writes into: to open it takes for ever. */
    public static void namedPipe(Path file) throws IOException, InterruptedException {
        if (new ProcessBuilder("mkfifo", file.toString()).inheritIO().start().waitFor() != 0) {
            throw new IOException("No named pipe at " + file);
        }
    }

    /** Makes a file of so many bytes that takes no room on the disk, in place of another. */
    public static void sparse(Path file, long bytes) throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes);
        }
    }
}
