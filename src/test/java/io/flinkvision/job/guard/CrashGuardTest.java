package io.flinkvision.job.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.RecordedLog;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.UnusualFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guard with its files. Processes die by what their end leaves behind, and in one test really. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class CrashGuardTest {

    private static final RecordPosition CULPRIT = position(7);
    private static final RecordPosition BYSTANDER = position(8);

    @TempDir
    Path folder;

    private int deadProcesses;

    @Test
    void aRecordThatTwoProcessesDiedWithIsNotTakenUpAgain() throws Exception {
        die(7, 8);
        try (CrashGuard guard = open("decode")) {
            assertThat(guard.verdict(CULPRIT)).isEmpty();
        }
        die(7);

        try (CrashGuard guard = open("decode")) {
            assertThat(guard.verdict(CULPRIT)).contains(Verdict.CRASHED);
            assertThat(guard.verdict(BYSTANDER)).isEmpty();
        }
        try (CrashGuard later = open("decode")) {
            assertThat(later.verdict(CULPRIT)).as("also in replays").contains(Verdict.CRASHED);
        }
    }

    @Test
    void aSuspectThatIsSurvivedIsAcquitted() throws Exception {
        die(7, 8);
        try (CrashGuard guard = open("decode")) {
            assertThat(guard.isSuspect(BYSTANDER)).isTrue();
            assertThat(guard.<String>call(BYSTANDER, () -> "decoded")).isEqualTo("decoded");
            assertThat(guard.isSuspect(BYSTANDER)).isFalse();
            assertThat(guard.isSuspect(CULPRIT)).isTrue();
        }
        die(8);

        try (CrashGuard guard = open("decode")) {
            assertThat(guard.verdict(BYSTANDER)).as("one death since").isEmpty();
        }
    }

    @Test
    void anotherOperatorsDeathsAreNotItsOwn() throws Exception {
        die(7);
        try (CrashGuard guard = open("classify")) {
            assertThat(guard.<String>call(CULPRIT, () -> "classified")).isEqualTo("classified");
        }
        die(7);

        try (CrashGuard classify = open("classify"); CrashGuard decode = open("decode")) {
            assertThat(classify.verdict(CULPRIT)).isEmpty();
            assertThat(decode.verdict(CULPRIT)).as("what classify survived").contains(Verdict.CRASHED);
        }
    }

    @Test
    void theNotesOfALivingProcessAreLeftAlone() throws Exception {
        Process living = NotingProcess.start(folder, CULPRIT);
        assertThat(living.inputReader().readLine()).isEqualTo("ready");
        open("decode").close();
        assertThat(deaths()).isEmpty();

        living.destroyForcibly().waitFor();
        open("decode").close();
        assertThat(deaths()).hasSize(1);

        die(7);
        try (CrashGuard guard = open("decode")) {
            assertThat(guard.verdict(CULPRIT)).contains(Verdict.CRASHED);
        }
    }

    @Test
    void subtasksThatStartTogetherCountEachDeathOnce() throws Exception {
        die(7);
        die(7);

        ExecutorService subtasks = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> starts = IntStream.range(0, 8).<Callable<Boolean>>mapToObj(i -> () -> {
                try (CrashGuard guard = open("decode")) {
                    return guard.verdict(CULPRIT).isPresent();
                }
            }).toList();
            for (Future<Boolean> start : subtasks.invokeAll(starts)) {
                assertThat(start.get()).as("each knows of both").isTrue();
            }
        } finally {
            subtasks.shutdownNow();
        }
        assertThat(deaths()).hasSize(2);
    }

    @Test
    void aSubtaskWaitsWhileAnotherLooksThroughTheNotes() throws Exception {
        try (FileChannel channel = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock another = channel.lock();
            FutureTask<Boolean> start = new FutureTask<>(() -> {
                try (CrashGuard guard = open("decode")) {
                    return guard.verdict(CULPRIT).isEmpty();
                }
            });
            Thread subtask = new Thread(start);
            subtask.start();
            while (subtask.getState() != Thread.State.TIMED_WAITING) {
                assertThat(subtask.getState()).isNotEqualTo(Thread.State.TERMINATED);
            }
            another.release();

            assertThat(start.get()).isTrue();
        }
    }

    @Test
    void nothingIsLeftOfASubtaskThatEndsInOrder() throws Exception {
        try (CrashGuard guard = open("decode")) {
            guard.call(CULPRIT, () -> "decoded");
            assertThat(notes()).hasSize(1);
        }

        assertThat(notes()).isEmpty();
        assertThat(deaths()).isEmpty();
    }

    @Test
    void anotherJobsDeathsAreNotItsOwn() throws Exception {
        die(7);
        die(7);
        open("decode").close();
        GuardSettings other =
                new GuardSettings(true, new NotesPlace.Chosen(folder.toString()), "other", Duration.ZERO);

        try (CrashGuard guard = CrashGuard.open(other, "decode"); CrashGuard own = open("decode")) {
            assertThat(guard.verdict(CULPRIT)).isEmpty();
            assertThat(own.verdict(CULPRIT)).contains(Verdict.CRASHED);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void whatACallThrowsEndsTheTaskAndCountsAsADeath(Class<? extends Throwable> failure) throws Exception {
        for (int attempt = 0; attempt < CrashGuard.MAX_CRASHES; attempt++) {
            try (CrashGuard guard = open("decode")) {
                assertThat(guard.verdict(CULPRIT)).isEmpty();
                assertThatExceptionOfType(failure).isThrownBy(() -> guard.call(CULPRIT, () -> {
                    if (failure == StackOverflowError.class) {
                        throw new StackOverflowError();
                    }
                    throw new IllegalStateException();
                }));
            }
        }

        try (CrashGuard guard = open("decode")) {
            assertThat(guard.verdict(CULPRIT)).contains(Verdict.CRASHED);
        }
    }

    @Test
    void aSuspectIsInHandAlone() throws Exception {
        die(7);
        CountDownLatch otherInHand = new CountDownLatch(1);
        CountDownLatch otherMayEnd = new CountDownLatch(1);
        AtomicBoolean otherIsThere = new AtomicBoolean(true);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (CrashGuard guard = open("decode"); CrashGuard other = open("decode")) {
            Future<Boolean> company = threads.submit(() -> other.call(BYSTANDER, () -> {
                otherInHand.countDown();
                await(otherMayEnd);
                otherIsThere.set(false);
                return true;
            }));
            await(otherInHand);
            Future<Boolean> suspect = threads.submit(() -> guard.call(CULPRIT, otherIsThere::get));
            Waiting.until("the suspect waits to be alone", () -> suspect.isDone() || InFlightLock.hasWaiting());
            otherMayEnd.countDown();

            company.get();
            assertThat(suspect.get()).as("in company").isFalse();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void oneDeathIsEnoughForARecordThatIsTooSlow() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (RecordedLog log = new RecordedLog(CrashGuard.class.getName(), Level.ERROR);
                CrashGuard guard = CrashGuard.open(settings(Duration.ofMillis(200)), "decode", ended::countDown)) {
            guard.call(CULPRIT, () -> {
                await(ended);
                return true;
            });

            assertThat(log.messages()).singleElement().asString()
                    .contains("images-0-7", "spent 0.2 s", "crash-guard.deadline", "TOO_SLOW");
        }

        try (CrashGuard guard = open("decode")) {
            assertThat(guard.verdict(CULPRIT)).contains(Verdict.TOO_SLOW);
        }
    }

    @Test
    void oldDeathsAreForgotten() throws Exception {
        die(7);
        open("decode").close();
        Files.setLastModifiedTime(deaths().get(0),
                FileTime.from(Instant.now().minus(NotesFolder.CRASH_RETENTION).minusSeconds(1)));

        open("decode").close();

        assertThat(deaths()).isEmpty();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void whatIsNoNoteAmongTheNotesIsLeftAlone() throws Exception {
        die(7);
        die(7);
        Path deaths = folder.resolve("deaths");
        for (Path place : List.of(folder, deaths)) {
            UnusualFile.namedPipe(place.resolve("job.pipe.decode.1.note"));
            Files.createDirectories(place.resolve("job.folder.decode.2.note/in it"));
            Files.createSymbolicLink(place.resolve("job.link.decode.3.note"), folder.resolve("nowhere"));
            Files.setLastModifiedTime(place.resolve("job.folder.decode.2.note"), FileTime.from(Instant.EPOCH));
        }
        Files.writeString(folder.resolve("job.text.decode.4.note"), "no note");

        try (CrashGuard guard = open("decode")) {
            assertThat(guard.verdict(CULPRIT)).as("the others count").contains(Verdict.CRASHED);
        }
        assertThat(deaths.resolve("job.folder.decode.2.note/in it")).exists();
    }

    /** To open it would take for ever. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aNamedPipeInPlaceOfTheLockLetsEverythingPass() throws Exception {
        UnusualFile.namedPipe(folder.resolve("lock"));

        try (CrashGuard guard = open("decode")) {
            assertThat(guard.<Integer>call(CULPRIT, () -> 42)).isEqualTo(42);
        }
    }

    @Test
    void aFolderThatCannotBeMadeLetsEverythingPass() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        GuardSettings settings = new GuardSettings(
                true, new NotesPlace.Chosen(file.toString()), "job", Duration.ofMillis(1));

        try (CrashGuard guard = CrashGuard.open(settings, "decode", () -> {
            throw new AssertionError("without notes nothing is too slow");
        })) {
            assertThat(guard.<Integer>call(CULPRIT, () -> 42)).isEqualTo(42);
            assertThat(guard.verdict(CULPRIT)).isEmpty();
        }
    }

    @Test
    void aFolderThatMayNotBeWrittenLetsEverythingPass() throws Exception {
        Files.createDirectories(folder.resolve("deaths"));
        Files.createDirectory(folder.resolve("lock"));

        try (CrashGuard guard = open("decode")) {
            assertThat(guard.<Integer>call(CULPRIT, () -> 42)).isEqualTo(42);
        }
        assertThat(notes()).isEmpty();
    }

    @Test
    void aGuardThatIsOffWritesNothing() throws Exception {
        GuardSettings off = new GuardSettings(
                false, new NotesPlace.Chosen(folder.toString()), "job", Duration.ofMillis(1));

        try (CrashGuard guard = CrashGuard.open(off, "decode")) {
            assertThat(guard.<Integer>call(CULPRIT, () -> 42)).isEqualTo(42);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aJobsNameDependsOnBrokersAndGroupAndNotOnTheirOrder() {
        assertThat(GuardSettings.jobOf(List.of("a:1", "b:1"), "group"))
                .isEqualTo(GuardSettings.jobOf(List.of("b:1", "a:1"), "group"))
                .isNotEqualTo(GuardSettings.jobOf(List.of("a:1"), "group"))
                .isNotEqualTo(GuardSettings.jobOf(List.of("a:1", "b:1"), "other"))
                .hasSize(16);
    }

    /** What a process leaves behind: the notes of what it had in hand, and nobody's lock on them. */
    private void die(long... offsets) throws Exception {
        NotesFolder process = NotesFolder.open(folder, "job", "process-" + deadProcesses++);
        for (long offset : offsets) {
            try (NotesFile notes = process.start("decode").notes()) {
                notes.set(position(offset));
            }
        }
    }

    private CrashGuard open(String operator) throws InterruptedException {
        return CrashGuard.open(settings(Duration.ZERO), operator);
    }

    private GuardSettings settings(Duration deadline) {
        return new GuardSettings(true, new NotesPlace.Chosen(folder.toString()), "job", deadline);
    }

    private List<Path> notes() throws IOException {
        return files(folder);
    }

    private List<Path> deaths() throws IOException {
        return files(folder.resolve("deaths"));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".note")).toList();
        }
    }

    private static RecordPosition position(long offset) {
        return new RecordPosition("images", 0, offset);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
