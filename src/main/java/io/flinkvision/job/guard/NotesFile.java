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
 * The note of one subtask of which record it has in hand, in a few bytes of a file that is mapped into memory: taking a
 * record up and putting it down are plain writes to memory, without a system call. They belong to the operating system
 * as soon as they are made, so they outlive the process however it ends: SIGSEGV, SIGKILL, abort, halt. They do not
 * outlive a power cut or a crash of the machine, which is no record's fault.
 *
 * <p>The process holds a lock on the file while it lives. Layout, big-endian:
 *
 * <pre>
 *  0  int   {@value #MAGIC}
 *  8  long  which note it is: 0 where no record is in hand, n for the n-th one, -n where that is too slow
 * 16  long  offset
 * 24  int   partition
 * 28  int   bytes of the topic's name
 * 32  UTF-8 the topic's name
 * </pre>
 *
 * <p>One thread takes records up and puts them down; any thread may look at it and {@link #condemn}.
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
     * Makes a file, locked by this process.
     *
     * @throws IOException if it cannot be written, mapped or locked, or is there already
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
            // Written and not only mapped, so that a full disk is found here: a mapped page without a place on the
            // disk is a SIGBUS when it is touched.
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
     * Notes that a record is in hand.
     *
     * @throws IllegalStateException if one is already
     */
    void takeUp(RecordPosition record) {
        if (inHand() != 0) {
            throw new IllegalStateException("Another record is still in hand; " + record + " cannot be taken up");
        }
        if (!record.topic().equals(writtenTopic)) {
            byte[] topic = record.topic().getBytes(StandardCharsets.UTF_8);
            if (topic.length > SIZE - TOPIC) {
                throw new IllegalArgumentException("No topic of Kafka has a name of " + topic.length + " bytes");
            }
            bytes.putInt(TOPIC_LENGTH, topic.length).put(TOPIC, topic);
            writtenTopic = record.topic();
        }
        bytes.putInt(PARTITION, record.partition()).putLong(OFFSET, record.offset());
        // Last, and not before the rest.
        LONG.setVolatile(bytes, NUMBER, ++notes);
    }

    /** Notes that no record is in hand any more. A note that is condemned stays so: the process is about to end. */
    void putDown() {
        LONG.compareAndSet(bytes, NUMBER, notes, 0L);
    }

    /** Which note it is, from 1; 0 where no record is in hand, negative where it is condemned. */
    long inHand() {
        return (long) LONG.getVolatile(bytes, NUMBER);
    }

    /**
     * Marks a note as too slow.
     *
     * @param note which one
     * @return whether that record was still in hand
     */
    boolean condemn(long note) {
        return LONG.compareAndSet(bytes, NUMBER, note, -note);
    }

    /** The record that was noted last. */
    RecordPosition lastRecord() {
        return record(bytes);
    }

    /**
     * Reads what a process has left behind.
     *
     * @return empty where no record was in hand, or the file is no whole file of notes
     */
    static Optional<Note> read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // On, to the end.
        }
        int topicLength = bytes.getInt(TOPIC_LENGTH);
        if (bytes.hasRemaining() || bytes.getInt(0) != MAGIC || bytes.getLong(NUMBER) == 0
                || topicLength < 0 || topicLength > SIZE - TOPIC
                || bytes.getInt(PARTITION) < 0 || bytes.getLong(OFFSET) < 0) {
            return Optional.empty();
        }
        return Optional.of(new Note(record(bytes), bytes.getLong(NUMBER) < 0));
    }

    private static RecordPosition record(ByteBuffer bytes) {
        byte[] topic = new byte[bytes.getInt(TOPIC_LENGTH)];
        bytes.get(TOPIC, topic);
        return new RecordPosition(
                new String(topic, StandardCharsets.UTF_8), bytes.getInt(PARTITION), bytes.getLong(OFFSET));
    }

    /** Gives back the lock; a second call does nothing. The file stays, and the mapping goes with this object. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
