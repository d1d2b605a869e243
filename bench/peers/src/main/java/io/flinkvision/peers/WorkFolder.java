package io.flinkvision.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder, which goes when it is closed. */
record WorkFolder(Path path) implements AutoCloseable {

    static WorkFolder create() throws IOException {
        WorkFolder folder = new WorkFolder(Files.createTempDirectory("flink-vision-peers-"));
        Files.createDirectory(folder.pictures());
        Files.createDirectory(folder.broker());
        Files.createDirectory(folder.natives());
        return folder;
    }

    Path pictures() {
        return path.resolve("pictures");
    }

    Path broker() {
        return path.resolve("broker");
    }

    /** Where the libraries unpack what is not Java. */
    Path natives() {
        return path.resolve("natives");
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be removed: " + e.getMessage(), e);
        }
    }
}
