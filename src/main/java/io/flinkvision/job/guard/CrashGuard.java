package io.flinkvision.job.guard;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a record from crashing the process again and again. Native code can crash a JVM, and the restarted job reads the
 * same record again. So a subtask writes down the record in flight before each native call ({@link NotesFile}), and at
 * its start looks for the notes of dead processes ({@link NotesFolder}).
 *
 * <p>A record that was in flight at one crash is a suspect: another subtask's record may have been the culprit. It is
 * retried while no other subtask in this process has a record in flight. If the process survives, the record is cleared;
 * if not, it was in flight at two crashes and is never tried again: {@link Verdict#CRASHED}. An exception of a call ends
 * only the task, but counts as a crash too: the next attempt would throw it again.
 *
 * <p>A native call cannot be interrupted. One that exceeds the deadline blocks its thread for good, and its task can be
 * neither finished nor cancelled; Flink itself ends a process whose task does not react to cancellation
 * ({@code task.cancellation.timeout}). So the process marks the record as too slow and halts. One such crash is enough
 * for {@link Verdict#TOO_SLOW}, since its culprit is known.
 *
 * <p>If notes cannot be written, the guard logs it once and lets every record pass. One thread opens, calls and closes
 * it.
 */
public final class CrashGuard implements AutoCloseable {

    /** The number of crashes after which a record is not tried again. */
    public static final int MAX_CRASHES = 2;

    private static final Logger LOG = LoggerFactory.getLogger(CrashGuard.class);

    /** The one with which Flink itself ends a process after a fatal error. */
    private static final int EXIT_CODE = 239;

    private static final AtomicBoolean HAS_LOGGED_FAILURE = new AtomicBoolean();

    private final Optional<NotesFile> notes;
    private final Suspects suspects;
    private final Optional<Watchdog> watchdog;
    private volatile boolean failed;
    private boolean closed;

    private CrashGuard() {
        notes = Optional.empty();
        suspects = Suspects.none();
        watchdog = Optional.empty();
    }

    private CrashGuard(NotesFolder.Start start, String operator, Duration deadline, Runnable processEnd) {
        this.notes = Optional.of(start.notes());
        this.suspects = start.suspects();
        this.watchdog = deadline.isZero() ? Optional.empty() : Optional.of(Watchdog.start(deadline,
                () -> failed ? 0 : start.notes().inFlight(),
                note -> end(start.notes(), note, operator, deadline, processEnd),
                "crash-guard-" + operator));
    }

    /**
     * Opens a subtask's guard. If notes cannot be written, that is logged once for all subtasks, and not thrown.
     *
     * @param operator in letters; each operator has its own suspects
     * @throws InterruptedException if the thread is interrupted while others read the folder of notes
     */
    public static CrashGuard open(GuardSettings settings, String operator) throws InterruptedException {
        return open(settings, operator, () -> Runtime.getRuntime().halt(EXIT_CODE));
    }

    /** @param processEnd halts the process, except in tests */
    static CrashGuard open(GuardSettings settings, String operator, Runnable processEnd) throws InterruptedException {
        if (!settings.enabled()) {
            return new CrashGuard();
        }
        try {
            NotesFolder folder = NotesFolder.open(settings.place().open(), settings.job());
            return new CrashGuard(folder.start(operator), operator, settings.deadline(), processEnd);
        } catch (IOException | RuntimeException e) {
            if (!HAS_LOGGED_FAILURE.getAndSet(true)) {
                LOG.warn("Crash notes cannot be written in {}, so a record that crashes the process will do so again after"
                        + " each restart, and there is no deadline; set crash-guard.folder to a writable folder",
                        settings.place().folder(), e);
            }
            return new CrashGuard();
        }
    }

    /** The reason to refuse a record; empty if there is none. */
    public Optional<Verdict> verdict(GuardedRecord record) {
        return suspects.isEmpty() ? Optional.empty() : suspects.verdict(record);
    }

    /** Whether a record was in flight at a crash, and no call for it has returned since. */
    public boolean isSuspect(GuardedRecord record) {
        return !suspects.isEmpty() && suspects.contains(record);
    }

    /**
     * Makes a native call for a record; for a suspect, like {@link #callAlone}.
     *
     * @param call may throw, which counts as a crash
     * @throws InterruptedException if the thread is interrupted while another subtask makes a call alone
     */
    public <T> T call(GuardedRecord record, Supplier<T> call) throws InterruptedException {
        return suspects.contains(record) ? callAlone(record, call) : call(InFlightLock.shared(), record, call);
    }

    /**
     * Makes a native call for a record while no other subtask in this process makes one.
     *
     * @throws InterruptedException if the thread is interrupted while others make calls
     */
    public <T> T callAlone(GuardedRecord record, Supplier<T> call) throws InterruptedException {
        return call(InFlightLock.exclusive(), record, call);
    }

    private <T> T call(Lock lock, GuardedRecord record, Supplier<T> call) {
        try {
            notes.ifPresent(file -> file.set(record));
            T result = call.get();
            notes.ifPresent(NotesFile::clear);
            suspects.clear(record);
            return result;
        } catch (RuntimeException | Error e) {
            // The note stays: an error may end the process, and otherwise close() records the crash.
            failed = true;
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private static boolean end(
            NotesFile notes, long note, String operator, Duration deadline, Runnable processEnd) {
        GuardedRecord record = notes.lastRecord();
        if (!notes.markTooSlow(note)) {
            // The call returned at the last moment.
            return false;
        }
        LOG.error("The {} operator has spent {} s on the record {} (crash-guard.deadline), in native code that cannot be"
                + " interrupted. This process halts; after its restart the record is refused as TOO_SLOW.",
                operator, deadline.toMillis() / 1000.0, record);
        processEnd.run();
        return true;
    }

    /**
     * Stops the watchdog and deletes the note; a second call does nothing. A record that is still in flight, because its
     * call threw an exception, is recorded as a crash.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        watchdog.ifPresent(Watchdog::close);
        notes.ifPresent(NotesFolder::end);
    }
}
