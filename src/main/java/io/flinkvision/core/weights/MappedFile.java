package io.flinkvision.core.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file of any size, of which stretches below 2 GiB come into memory by mapping. The stretches outlive the closing.
 * A file below 2 GiB is mapped once, a larger one for each stretch.
 */
final class MappedFile implements Closeable {

    /** The system's limit for a whole process is some 65 000. */
    private static final int MAX_MAPPINGS = 10_000;

    private final FileChannel channel;
    private final long size;
    private Optional<ByteBuffer> whole = Optional.empty();
    private int mappings;

    private MappedFile(FileChannel channel, long size) {
        this.channel = channel;
        this.size = size;
    }

    /**
     * Opens a file to read.
     *
     * @throws IOException if it cannot be opened
     */
    static MappedFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new MappedFile(channel, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The file's size in bytes. */
    long size() {
        return size;
    }

    /** Whether the file has that many bytes from a position on, and they fit one mapping. */
    boolean holds(long position, long length) {
        return position >= 0 && length >= 0 && length <= Integer.MAX_VALUE && position <= size - length;
    }

    /**
     * A stretch of the file, read-only and little-endian.
     *
     * @throws IOException if the file cannot be read, or takes too many mappings
     * @throws IllegalArgumentException if the file does not {@link #holds hold} it
     */
    ByteBuffer map(long position, long length) throws IOException {
        if (!holds(position, length)) {
            throw new IllegalArgumentException("The file of " + size + " bytes has no " + length + " bytes at "
                    + position);
        }
        if (size > Integer.MAX_VALUE) {
            return mapStretch(position, length);
        }
        if (whole.isEmpty()) {
            whole = Optional.of(mapStretch(0, size));
        }
        return whole.get().slice((int) position, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer mapStretch(long position, long length) throws IOException {
        if (++mappings > MAX_MAPPINGS) {
            throw new IOException("it takes more than " + MAX_MAPPINGS + " mappings");
        }
        return channel.map(MapMode.READ_ONLY, position, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A short stretch of the file as a copy, little-endian; shorter than asked for at the file's end. */
    ByteBuffer copy(long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
            // Each read continues where the last one ended.
        }
        return bytes.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
