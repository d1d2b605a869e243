package io.flinkvision.job.operator;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * A small file on any of Flink's file systems, that a TaskManager reads.
 *
 * @param uri a URI, or a path
 */
public record RemoteFile(String uri) {

    private static final TimeLimit READING = new TimeLimit(Duration.ofMinutes(1));

    public RemoteFile {
        Objects.requireNonNull(uri, "uri");
    }

    private record Contents(byte[] bytes) implements AutoCloseable {

        @Override
        public void close() {
            // Nothing but memory.
        }
    }

    /**
     * Reads the file.
     *
     * @param maxBytes at most this many bytes are read, even of a longer file
     * @throws IOException if it cannot be read, is no plain file, or it takes longer than a minute
     */
    public byte[] read(int maxBytes) throws IOException {
        try {
            return READING.open("reading " + uri, () -> contents(maxBytes)).bytes();
        } catch (FileNotFoundException e) {
            throw new IOException(uri + ": there is no such file", e);
        } catch (IOException | RuntimeException e) {
            throw new IOException(uri + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Contents contents(int maxBytes) throws IOException {
        Path path = path();
        FileSystem fileSystem = path.getFileSystem();
        if (fileSystem.getFileStatus(path).isDir()) {
            throw new IOException("it is a folder");
        }
        if (!fileSystem.isDistributedFS() && !Files.isRegularFile(java.nio.file.Path.of(path.getPath()))) {
            // The reading of a named pipe would wait for ever.
            throw new IOException("it is no file but a pipe or a device");
        }
        try (InputStream in = fileSystem.open(path)) {
            return new Contents(in.readNBytes(maxBytes));
        }
    }

    /** The place for Flink. What is no URI with a path, as where a blank is in it, is taken literally. */
    Path path() {
        try {
            URI parsed = new URI(uri);
            if (parsed.getPath() != null) {
                return new Path(parsed.getScheme(), parsed.getAuthority(),
                        parsed.getPath().isEmpty() ? "/" : parsed.getPath());
            }
        } catch (URISyntaxException e) {
            // As below.
        }
        return new Path(uri);
    }
}
