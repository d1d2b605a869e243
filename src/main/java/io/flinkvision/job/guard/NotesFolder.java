package io.flinkvision.job.guard;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notes of all jobs that keep theirs in a folder:
 *
 * <pre>
 * lock                                    held by who looks through the folder
 * JOB.PROCESS.OPERATOR.UUID.note          the note of a subtask, locked while its process lives
 * deaths/JOB.PROCESS.OPERATOR.UUID.note   the note of a subtask that ended with a record in hand
 * </pre>
 *
 * <p>A death is booked by moving the note, which happens once however many subtasks look through the folder.
 */
final class NotesFolder {

    /** Longer than Kafka keeps records by default (7 days), so that replays from old checkpoints are covered. */
    static final Duration DEATHS_KEPT = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(NotesFolder.class);

    private static final String DEATHS = "deaths";
    private static final String SUFFIX = ".note";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Path folder;
    private final String job;
    private final String process;

    private NotesFolder(Path folder, String job, String process) {
        this.folder = folder;
        this.job = job;
        this.process = process;
    }

    /**
     * Opens a folder that is there.
     *
     * @param job whose notes are looked at
     * @throws IOException if it cannot be written
     */
    static NotesFolder open(Path folder, String job) throws IOException {
        return open(folder, job, thisProcess());
    }

    /** The same for a process of a given name, of letters, digits and dashes. */
    static NotesFolder open(Path folder, String job, String process) throws IOException {
        Files.createDirectories(folder.resolve(DEATHS));
        return new NotesFolder(folder, job, process);
    }

    /**
     * A name that no other process has, on this machine or another that shares the folder, now or later: the number of
     * a process alone comes again after a restart, and in containers it is always the same.
     */
    private static String thisProcess() {
        RuntimeMXBean process = ManagementFactory.getRuntimeMXBean();
        return (process.getName() + "-" + process.getStartTime()).replaceAll("[^A-Za-z0-9-]", "-");
    }

    /** What a subtask finds and has when it starts. */
    record Start(Suspects suspects, NotesFile notes) {}

    /**
     * Looks for processes that have died since somebody looked last, books their deaths, and makes a subtask's note.
     *
     * @param operator whose subtask it is, in letters
     * @throws IOException if the folder cannot be read or written
     * @throws InterruptedException if the thread is interrupted while it waits for others who look
     */
    Start start(String operator) throws IOException, InterruptedException {
        Path lock = folder.resolve("lock");
        if (Files.exists(lock, LinkOption.NOFOLLOW_LINKS) && !isPlainFile(lock)) {
            throw new IOException(lock + " is no plain file");
        }
        try (FileChannel channel = FileChannel.open(lock,
                StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            lock(channel);
            bookDeaths();
            forgetOldDeaths();
            return new Start(
                    Suspects.read(folder.resolve(DEATHS), job + ".*." + operator + ".*" + SUFFIX),
                    NotesFile.create(folder.resolve(
                            job + "." + process + "." + operator + "." + UUID.randomUUID() + SUFFIX)));
        }
    }

    /** Waits for the lock. The same process may have it by another thread, which Java says by an exception. */
    private void lock(FileChannel channel) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            try {
                if (channel.tryLock() != null) {
                    return;
                }
            } catch (OverlappingFileLockException e) {
                // As if another process had it.
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        throw new IOException("others have held the lock in " + folder + " for " + PATIENCE.toSeconds() + " s");
    }

    private void bookDeaths() throws IOException {
        for (Path file : notes(folder, job + ".*" + SUFFIX)) {
            // POSIX: who closes any descriptor of a file gives back all of its process's locks on it. So a process
            // must not open its own, which are those of the living anyway.
            if (!file.getFileName().toString().startsWith(job + "." + process + ".")) {
                bookIfDead(file);
            }
        }
    }

    /**
     * The notes among the entries of a folder. What is no plain file is none: to open a named pipe may take for ever,
     * and a link leads elsewhere.
     *
     * @param names of the notes, as a glob
     */
    static List<Path> notes(Path folder, String names) throws IOException {
        List<Path> notes = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
            for (Path file : files) {
                if (isPlainFile(file)) {
                    notes.add(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return notes;
    }

    private static boolean isPlainFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private void forgetOldDeaths() throws IOException {
        Instant oldest = Instant.now().minus(DEATHS_KEPT);
        try {
            for (Path file : notes(folder.resolve(DEATHS), "*" + SUFFIX)) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            // Another subtask has just acquitted the record; the next start looks at the others.
        }
    }

    private static void bookIfDead(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return;
            }
            Optional<Note> note = NotesFile.read(channel);
            if (note.isPresent()) {
                book(file, note.get().record());
            } else {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Its subtask has just ended in order.
        } catch (AccessDeniedException e) {
            LOG.warn("Skipped {}, which another user owns; run all TaskManagers that share the folder as one user",
                    file);
        }
    }

    /** Books a death: of the process, or of the task where an exception or error has ended only that. */
    private static void book(Path file, RecordPosition record) throws IOException {
        Path booked = file.resolveSibling(DEATHS).resolve(file.getFileName());
        Files.move(file, booked, StandardCopyOption.ATOMIC_MOVE);
        Files.setLastModifiedTime(booked, FileTime.from(Instant.now()));
        LOG.warn("A subtask or its process ended with the record {} in hand; noted in {}", record, booked);
    }

    /** Takes a subtask's note away at its end, or books a death where a record is still in hand. */
    static void end(NotesFile notes) {
        try (notes) {
            if (notes.inHand() != 0) {
                book(notes.path(), notes.lastRecord());
            } else {
                Files.deleteIfExists(notes.path());
            }
        } catch (IOException e) {
            LOG.warn("The notes in {} stay behind: {}", notes.path(), e.toString());
        }
    }
}
