package io.flinkvision.job.guard;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records that an operator had in flight at crashes; usually none. */
final class Suspects {

    private static final Logger LOG = LoggerFactory.getLogger(Suspects.class);

    /** A record's crashes, one file each, and whether one of them was for the deadline. */
    private record Crashes(List<Path> files, boolean tooSlow) {}

    private final Map<GuardedRecord, Crashes> crashes;

    private Suspects(Map<GuardedRecord, Crashes> crashes) {
        this.crashes = crashes;
    }

    static Suspects none() {
        return new Suspects(Map.of());
    }

    /**
     * Reads an operator's crashes.
     *
     * @param names of their files, as a glob
     * @throws IOException if one cannot be read
     */
    static Suspects read(Path folder, String names) throws IOException {
        Map<GuardedRecord, Crashes> crashes = new HashMap<>();
        for (Path file : NotesFolder.notes(folder, names)) {
            read(file).ifPresent(note -> {
                Crashes known = crashes.getOrDefault(note.record(), new Crashes(List.of(), false));
                List<Path> all = new ArrayList<>(known.files());
                all.add(file);
                crashes.put(note.record(), new Crashes(all, known.tooSlow() || note.tooSlow()));
            });
        }
        return new Suspects(crashes);
    }

    private static Optional<Note> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return NotesFile.read(channel);
        } catch (NoSuchFileException e) {
            // Another subtask has just cleared it.
            return Optional.empty();
        }
    }

    boolean isEmpty() {
        return crashes.isEmpty();
    }

    boolean contains(GuardedRecord record) {
        return crashes.containsKey(record);
    }

    /** The reason to refuse a record; empty if there is none. */
    Optional<Verdict> verdict(GuardedRecord record) {
        Crashes known = crashes.get(record);
        if (known == null) {
            return Optional.empty();
        }
        if (known.tooSlow()) {
            return Optional.of(Verdict.TOO_SLOW);
        }
        return known.files().size() >= CrashGuard.MAX_CRASHES ? Optional.of(Verdict.CRASHED) : Optional.empty();
    }

    /** Forgets a record's crashes, if any: with nothing else in flight, the process has survived it. */
    void clear(GuardedRecord record) {
        if (crashes.isEmpty()) {
            return;
        }
        Crashes known = crashes.remove(record);
        for (Path file : known == null ? List.<Path>of() : known.files()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("The crash note of {}, which has been cleared, cannot be deleted ({}): {}", record, file, e.toString());
            }
        }
    }
}
