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
 * A folder with the notes of all jobs:
 *
 * <pre>
 * lock                                    held while the folder is read
 * JOB.PROCESS.OPERATOR.UUID.note          the note of a subtask, locked while its process is alive
 * deaths/JOB.PROCESS.OPERATOR.UUID.note   the note of a subtask that ended with a record in flight
 * </pre>
 *
 * <p>A crash is recorded by moving the note, which succeeds once, however many subtasks read the folder.
 */
final class NotesFolder {

    /** Longer than Kafka's default retention of 7 days, which covers replays from old checkpoints. */
    static final Duration CRASH_RETENTION = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(NotesFolder.class);

    private static final String DEATHS = "deaths";
    private static final String SUFFIX = ".note";
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);
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
     * Opens an existing folder.
     *
     * @param job the job whose notes are read
     * @throws IOException if it cannot be written
     */
    static NotesFolder open(Path folder, String job) throws IOException {
        return open(folder, job, thisProcess());
    }

    /** @param process in letters, digits and dashes */
    static NotesFolder open(Path folder, String job, String process) throws IOException {
        Files.createDirectories(folder.resolve(DEATHS));
        return new NotesFolder(folder, job, process);
    }

    /**
     * A unique name, now and later, on all machines that share the folder: process ids alone recur after a restart, and
     * are always the same in containers.
     */
    private static String thisProcess() {
        RuntimeMXBean process = ManagementFactory.getRuntimeMXBean();
        return (process.getName() + "-" + process.getStartTime()).replaceAll("[^A-Za-z0-9-]", "-");
    }

    /** A subtask's suspects and its own note. */
    record Start(Suspects suspects, NotesFile notes) {}

    /**
     * Records the crashes of processes that have died, and creates a subtask's note.
     *
     * @param operator in letters
     * @throws IOException if the folder cannot be read or written
     * @throws InterruptedException if the thread is interrupted while it waits for the folder's lock
     */
    Start start(String operator) throws IOException, InterruptedException {
        Path lock = folder.resolve("lock");
        if (Files.exists(lock, LinkOption.NOFOLLOW_LINKS) && !isPlainFile(lock)) {
            throw new IOException(lock + " is not a regular file");
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

    /** Waits for the lock. If another thread of this process holds it, Java throws an exception. */
    private void lock(FileChannel channel) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < LOCK_TIMEOUT.toNanos()) {
            try {
                if (channel.tryLock() != null) {
                    return;
                }
            } catch (OverlappingFileLockException e) {
                // As if another process held it.
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        throw new IOException("others have held the lock in " + folder + " for " + LOCK_TIMEOUT.toSeconds() + " s");
    }

    private void bookDeaths() throws IOException {
        for (Path file : notes(folder, job + ".*" + SUFFIX)) {
            // POSIX: closing any descriptor of a file releases all locks of the process on it. So a process must not
            // open its own notes, whose owner is alive anyway.
            if (!file.getFileName().toString().startsWith(job + "." + process + ".")) {
                bookIfDead(file);
            }
        }
    }

    /**
     * The notes in a folder. Only regular files count: opening a named pipe may block for ever, and a link leads elsewhere.
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
        Instant oldest = Instant.now().minus(CRASH_RETENTION);
        try {
            for (Path file : notes(folder.resolve(DEATHS), "*" + SUFFIX)) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            // Another subtask has just cleared the record; the next start reads the others.
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
            // Its subtask has just ended normally.
        } catch (AccessDeniedException e) {
            LOG.warn("Skipped {}, which belongs to another user; run all TaskManagers that share the folder as one user",
                    file);
        }
    }

    /** Records a crash of the process, or of the task if an exception or error ended only that. */
    private static void book(Path file, GuardedRecord record) throws IOException {
        Path booked = file.resolveSibling(DEATHS).resolve(file.getFileName());
        Files.move(file, booked, StandardCopyOption.ATOMIC_MOVE);
        Files.setLastModifiedTime(booked, FileTime.from(Instant.now()));
        LOG.warn("A subtask or its process ended with the record {} in flight; noted in {}", record, booked);
    }

    /** Deletes a subtask's note at its end, or records a crash if a record is still in flight. */
    static void end(NotesFile notes) {
        try (notes) {
            if (notes.inFlight() != 0) {
                book(notes.path(), notes.lastRecord());
            } else {
                Files.deleteIfExists(notes.path());
            }
        } catch (IOException e) {
            LOG.warn("The note {} cannot be deleted: {}", notes.path(), e.toString());
        }
    }
}
