package io.flinkvision.tools.local;

import io.flinkvision.tools.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a folder that are fed to the demo, whether they are pictures or not; hidden ones are left out.
 *
 * @param files in the order of their names
 * @param largestBytes of the largest one
 */
record PictureFolder(List<Path> files, long largestBytes) {

    /** Kafka's clients and brokers keep a record whole in memory, several times over. */
    static final long MAX_FILE_BYTES = 256 << 20;

    PictureFolder {
        files = List.copyOf(files);
    }

    /**
     * Looks into a folder.
     *
     * @throws ToolException if there is no file in it, or one that no record can hold
     */
    static PictureFolder read(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new ToolException(folder + " has no files in it");
            }
            long largest = 0;
            for (Path file : files) {
                largest = Math.max(largest, size(file));
            }
            return new PictureFolder(files, largest);
        }
    }

    private static long size(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_FILE_BYTES) {
            throw new ToolException(file + " has " + size + " bytes, and a record of the demo's topic can have "
                    + MAX_FILE_BYTES);
        }
        return size;
    }
}
