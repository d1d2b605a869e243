package io.flinkvision.job.guard;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A subtask's note of its record in flight, in a memory-mapped file: setting and clearing it are plain writes to memory,
 * without a system call. The operating system owns them at once, so they survive the process however it ends: SIGSEGV,
 * SIGKILL, abort, halt. They do not survive a power failure or a crash of the machine, which is no record's fault.
 *
 * <p>The process holds a lock on the file while it is alive. Layout, big-endian:
 *
 * <pre>
 *  0  int   {@value #MAGIC}
 *  8  long  the note's number: 0 for no record, n for the n-th one, -n if that is too slow
 * 16  long  offset
 * 24  int   partition
 * 28  int   bytes of the topic's name
 * 32  UTF-8 the topic's name
 * </pre>
 *
 * <p>A {@link PictureDigest} is written as a topic of its text, with partition and offset 0.
 *
 * <p>One thread sets and clears records; any thread may call {@link #inFlight} and {@link #markTooSlow}.
 */
final class NotesFile implements AutoCloseable {

    static final int MAGIC = 0x464c564e;
    static final int SIZE = 1024;

    private static final int NUMBER = 8;
    private static final int OFFSET = 16;
    private static final int PARTITION = 24;
    private static final int TOPIC_LENGTH = 28;
    private static final int TOPIC = 32;

    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer bytes;
    private String writtenTopic = "";
    private long notes;

    private NotesFile(Path path, FileChannel channel, ByteBuffer bytes) {
        this.path = path;
        this.channel = channel;
        this.bytes = bytes;
    }

    /**
     * Creates a file, locked by this process.
     *
     * @throws IOException if it cannot be written, mapped or locked, or exists already
     */
    static NotesFile create(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path,
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            // Held until the channel is closed.
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IOException("another process has locked the new file " + path);
            }
            // Written, not only mapped, so that a full disk is detected here: a mapped page without space on the disk
            // causes a SIGBUS on access.
            ByteBuffer empty = ByteBuffer.allocate(SIZE).putInt(0, MAGIC);
            while (empty.hasRemaining()) {
                channel.write(empty);
            }
            return new NotesFile(path, channel, channel.map(MapMode.READ_WRITE, 0, SIZE));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    /**
     * Sets the record in flight.
     *
     * @throws IllegalStateException if there is one already
     */
    void set(GuardedRecord guarded) {
        if (inFlight() != 0) {
            throw new IllegalStateException("Another record is still in flight; " + guarded + " cannot be set");
        }
        RecordPosition record = guarded instanceof RecordPosition position
                ? position
                : new RecordPosition(guarded.toString(), 0, 0);
        if (!record.topic().equals(writtenTopic)) {
            byte[] topic = record.topic().getBytes(StandardCharsets.UTF_8);
            if (topic.length > SIZE - TOPIC) {
                throw new IllegalArgumentException("A topic's name cannot have " + topic.length + " bytes");
            }
            bytes.putInt(TOPIC_LENGTH, topic.length).put(TOPIC, topic);
            writtenTopic = record.topic();
        }
        bytes.putInt(PARTITION, record.partition()).putLong(OFFSET, record.offset());
        // Last: it makes the rest valid.
        LONG.setVolatile(bytes, NUMBER, ++notes);
    }

    /** Clears the record. A note that is too slow stays so: the process is about to end. */
    void clear() {
        LONG.compareAndSet(bytes, NUMBER, notes, 0L);
    }

    /** The note's number, from 1; 0 for no record, negative if it is too slow. */
    long inFlight() {
        return (long) LONG.getVolatile(bytes, NUMBER);
    }

    /**
     * @param note the number of the note to mark
     * @return whether its record was still in flight
     */
    boolean markTooSlow(long note) {
        return LONG.compareAndSet(bytes, NUMBER, note, -note);
    }

    /** The record that was set last. */
    GuardedRecord lastRecord() {
        return record(bytes);
    }

    /**
     * Reads the note of a dead process.
     *
     * @return empty if no record was in flight, or the file is not a complete note
     */
    static Optional<Note> read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
        }
        int topicLength = bytes.getInt(TOPIC_LENGTH);
        if (bytes.hasRemaining() || bytes.getInt(0) != MAGIC || bytes.getLong(NUMBER) == 0
                || topicLength < 0 || topicLength > SIZE - TOPIC
                || bytes.getInt(PARTITION) < 0 || bytes.getLong(OFFSET) < 0) {
            return Optional.empty();
        }
        return Optional.of(new Note(record(bytes), bytes.getLong(NUMBER) < 0));
    }

    private static GuardedRecord record(ByteBuffer bytes) {
        byte[] utf8 = new byte[bytes.getInt(TOPIC_LENGTH)];
        bytes.get(TOPIC, utf8);
        String topic = new String(utf8, StandardCharsets.UTF_8);
        Optional<PictureDigest> picture = PictureDigest.parse(topic);
        return picture.isPresent()
                ? picture.get()
                : new RecordPosition(topic, bytes.getInt(PARTITION), bytes.getLong(OFFSET));
    }

    /** Releases the lock; a second call does nothing. The file stays; the mapping is freed with this object. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
