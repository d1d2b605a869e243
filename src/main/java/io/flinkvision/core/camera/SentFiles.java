package io.flinkvision.core.camera;

import io.flinkvision.core.camera.FilesAtRest.FileState;
import io.flinkvision.core.system.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files that a topic already has, in a file that outlives the feeder, with one line {@code SIZE MODIFIED PATH} for
 * each. A line is written after Kafka has confirmed the record, so that after a crash a file may be sent twice, but is
 * never missing. The number of deleted files that it remembers is limited.
 */
final class SentFiles implements AutoCloseable {

    /** With fewer lines than this, deleted files are not looked for. */
    private static final int MIN_LINES_TO_FORGET = 1024;

    private final Path file;
    private Optional<FileChannel> channel;
    private final Map<String, FileState> states = new HashMap<>();
    private int lines;
    private int linesToForget = MIN_LINES_TO_FORGET;

    private SentFiles(Path file, Optional<FileChannel> channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Records nothing. */
    static SentFiles forgotten() {
        return new SentFiles(Path.of(""), Optional.empty());
    }

    /**
     * Opens the record of a camera's folder.
     *
     * @param records the folder with the records of a topic
     * @param camera its id
     * @param folder the folder of the files
     * @throws CameraException if another feeder has it open
     */
    static SentFiles open(Path records, String camera, Path folder) throws IOException {
        Files.createDirectories(records);
        Path file = records.resolve(nameOf(camera, folder) + ".sent");
        FileChannel channel = FileChannel.open(file,
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (!lock(channel)) {
                throw new CameraException("Another feeder is sending the files of " + folder
                        + " to this topic as camera " + camera + "; stop it first");
            }
            SentFiles result = new SentFiles(file, Optional.of(channel));
            result.read(channel);
            return result;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** A name that no other camera and folder have, and that no folder's name makes too long. */
    private static String nameOf(String camera, Path folder) throws IOException {
        return Sha256.of(camera + '\n' + folder.toRealPath()).substring(0, 32);
    }

    /** After a crash, the last line may be incomplete: it is overwritten, and its file is sent again. */
    private void read(FileChannel source) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(source.size()));
        while (bytes.hasRemaining() && source.read(bytes) >= 0) {
            // Until it is full.
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        for (String line : whole.split("\n")) {
            String[] fields = line.split(" ", 3);
            if (fields.length == 3) {
                states.put(fields[2], new FileState(Long.parseLong(fields[0]), Long.parseLong(fields[1])));
                lines++;
            }
        }
        source.position(whole.getBytes(StandardCharsets.UTF_8).length);
    }

    /** Whether the topic has the present content of a file. */
    synchronized boolean has(Path file, FileState state) {
        return state.equals(states.get(name(file)));
    }

    /** Records that the topic has a file. */
    synchronized void add(Path file, FileState state) throws IOException {
        String name = name(file);
        if (channel.isPresent()) {
            write(channel.get(), line(name, state));
            lines++;
            states.put(name, state);
        }
    }

    private static String line(String name, FileState state) {
        return state.size() + " " + state.modifiedMillis() + " " + name + "\n";
    }

    private static void write(FileChannel target, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }

    /**
     * Forgets deleted files, and compacts the record. It does so only when the number of lines has doubled since the
     * last time, so that it may be called often.
     */
    synchronized void forgetMissing() {
        if (lines < linesToForget) {
            return;
        }
        states.keySet().removeIf(SentFiles::isMissing);
        try {
            if (lines > states.size()) {
                rewrite();
            }
        } catch (IOException e) {
            // The record is still correct, only not compacted.
        }
        linesToForget = Math.max(MIN_LINES_TO_FORGET, 2 * lines);
    }

    private static boolean isMissing(String name) {
        try {
            return Files.notExists(Path.of(
                    name.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")), LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Replaces the file atomically, so that a crash leaves either of them complete. */
    private void rewrite() throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        FileChannel opened = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (!lock(opened)) {
                throw new IOException(fresh + " is in use");
            }
            for (Map.Entry<String, FileState> entry : states.entrySet()) {
                write(opened, line(entry.getKey(), entry.getValue()));
            }
            opened.force(false);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        FileChannel old = channel.orElseThrow();
        channel = Optional.of(opened);
        lines = states.size();
        old.close();
    }

    /** The number of files that it remembers. */
    synchronized int size() {
        return states.size();
    }

    /** The absolute path without line breaks. */
    private static String name(Path file) {
        return file.toAbsolutePath().normalize().toString()
                .replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D");
    }

    /** Idempotent. */
    @Override
    public synchronized void close() throws IOException {
        if (channel.isPresent()) {
            channel.get().close();
        }
    }
}
