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
 * Keeps a record that kills the process from killing it again for ever. Native code can end a JVM, and the job reads
 * the same record again when it restarts. So a subtask notes which record it has in hand before each native call
 * ({@link NotesFile}), and when it starts it looks for the notes of processes that have died ({@link NotesFolder}).
 *
 * <p>A record that was in hand at one death is a suspect: perhaps another subtask's record was the culprit. It is taken
 * up again alone, while no other subtask of the job in this process has one in hand. If the process survives that, the
 * record is acquitted; if not, it has been in hand at two deaths, and is never taken up again: {@link Verdict#CRASHED}.
 * What a call throws ends only the task, and counts as a death all the same: the next attempt would throw it again.
 *
 * <p>A native call cannot be interrupted. One that is still under way at the deadline holds its thread for good, and
 * its task can be neither finished nor cancelled; Flink itself ends a process whose task does not react to its
 * cancellation ({@code task.cancellation.timeout}). So the process notes that the record is too slow, and halts. One
 * such death is enough for {@link Verdict#TOO_SLOW}, since its culprit is known.
 *
 * <p>Where notes cannot be kept the guard says so once and lets everything pass. One thread opens, calls and closes it.
 */
public final class CrashGuard implements AutoCloseable {

    /** With how many deaths a record is not taken up again. */
    public static final int MOST_DEATHS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(CrashGuard.class);

    /** What Flink itself ends a process with, when it must. */
    private static final int EXIT_CODE = 239;

    private static final AtomicBoolean SAID_UNGUARDED = new AtomicBoolean();

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
                () -> failed ? 0 : start.notes().inHand(),
                note -> end(start.notes(), note, operator, deadline, processEnd),
                "crash-guard-" + operator));
    }

    /**
     * Opens a subtask's guard. What keeps it from keeping notes is logged, once for all subtasks, and not thrown.
     *
     * @param operator whose subtask it is, in letters: each operator has suspects of its own
     * @throws InterruptedException if the thread is interrupted while it waits for others who look through the notes
     */
    public static CrashGuard open(GuardSettings settings, String operator) throws InterruptedException {
        return open(settings, operator, () -> Runtime.getRuntime().halt(EXIT_CODE));
    }

    /** The same, where a test says how the process ends. */
    static CrashGuard open(GuardSettings settings, String operator, Runnable processEnd) throws InterruptedException {
        if (!settings.enabled()) {
            return new CrashGuard();
        }
        try {
            NotesFolder folder = NotesFolder.open(settings.place().open(), settings.job());
            return new CrashGuard(folder.start(operator), operator, settings.deadline(), processEnd);
        } catch (IOException | RuntimeException e) {
            if (!SAID_UNGUARDED.getAndSet(true)) {
                LOG.warn("No notes can be kept in {}, so a record that kills the process will do so again after each"
                        + " restart, and none is too slow; set crash-guard.folder to a folder that can be written",
                        settings.place().folder(), e);
            }
            return new CrashGuard();
        }
    }

    /** Why a record is not to be taken up; empty where it is. */
    public Optional<Verdict> verdict(RecordPosition record) {
        return suspects.isEmpty() ? Optional.empty() : suspects.verdict(record);
    }

    /**
     * Makes a native call with a record in hand.
     *
     * @param call what is done with the record; what it throws is passed on, and counts as a death
     * @return what the call returns
     * @throws InterruptedException if the thread is interrupted while another subtask has a record in hand alone
     */
    public <T> T call(RecordPosition record, Supplier<T> call) throws InterruptedException {
        return suspects.contains(record) ? callAlone(record, call) : call(Company.together(), record, call);
    }

    /**
     * Likewise, while no other subtask of the job in this process has a record in hand.
     *
     * @throws InterruptedException if the thread is interrupted while others have records in hand
     */
    public <T> T callAlone(RecordPosition record, Supplier<T> call) throws InterruptedException {
        return call(Company.alone(), record, call);
    }

    private <T> T call(Lock company, RecordPosition record, Supplier<T> call) {
        try {
            notes.ifPresent(file -> file.takeUp(record));
            T result = call.get();
            notes.ifPresent(NotesFile::putDown);
            suspects.acquit(record);
            return result;
        } catch (RuntimeException | Error e) {
            // The note stays: an error may end the process, and otherwise close() books the death.
            failed = true;
            throw e;
        } finally {
            company.unlock();
        }
    }

    private static boolean end(
            NotesFile notes, long note, String operator, Duration deadline, Runnable processEnd) {
        RecordPosition record = notes.lastRecord();
        if (!notes.condemn(note)) {
            // It was put down at the last moment.
            return false;
        }
        LOG.error("The {} operator has had the record {} in hand for {} s (crash-guard.deadline), in native code that"
                + " cannot be interrupted. This process halts; after its restart the record becomes a dead letter,"
                + " TOO_SLOW.", operator, record, deadline.toMillis() / 1000.0);
        processEnd.run();
        return true;
    }

    /**
     * Ends the watch and takes the note away; a second call does nothing. A record that is still in hand, since its
     * call has thrown something, is booked as a death.
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
