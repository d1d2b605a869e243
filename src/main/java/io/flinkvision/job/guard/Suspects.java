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

/** The records that an operator had in hand when a process died. Mostly there are none. */
final class Suspects {

    private static final Logger LOG = LoggerFactory.getLogger(Suspects.class);

    /** A record's deaths, each a file; and whether one of them was for its slowness. */
    private record Deaths(List<Path> files, boolean tooSlow) {}

    private final Map<RecordPosition, Deaths> deaths;

    private Suspects(Map<RecordPosition, Deaths> deaths) {
        this.deaths = deaths;
    }

    static Suspects none() {
        return new Suspects(Map.of());
    }

    /**
     * Reads the deaths that an operator of a job is concerned in.
     *
     * @param names which files of the folder tell of them, as a glob
     * @throws IOException if one cannot be read
     */
    static Suspects read(Path folder, String names) throws IOException {
        Map<RecordPosition, Deaths> deaths = new HashMap<>();
        for (Path file : NotesFolder.notes(folder, names)) {
            read(file).ifPresent(note -> {
                Deaths known = deaths.getOrDefault(note.record(), new Deaths(List.of(), false));
                List<Path> all = new ArrayList<>(known.files());
                all.add(file);
                deaths.put(note.record(), new Deaths(all, known.tooSlow() || note.tooSlow()));
            });
        }
        return new Suspects(deaths);
    }

    private static Optional<Note> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return NotesFile.read(channel);
        } catch (NoSuchFileException e) {
            // Another subtask has just acquitted it.
            return Optional.empty();
        }
    }

    boolean isEmpty() {
        return deaths.isEmpty();
    }

    boolean contains(RecordPosition record) {
        return deaths.containsKey(record);
    }

    /** Why a record is not to be taken up; empty where it is. */
    Optional<Verdict> verdict(RecordPosition record) {
        Deaths known = deaths.get(record);
        if (known == null) {
            return Optional.empty();
        }
        if (known.tooSlow()) {
            return Optional.of(Verdict.TOO_SLOW);
        }
        return known.files().size() >= CrashGuard.MOST_DEATHS ? Optional.of(Verdict.CRASHED) : Optional.empty();
    }

    /** Forgets a record's deaths, where it has any: with nothing else in hand, the process has survived it. */
    void acquit(RecordPosition record) {
        if (deaths.isEmpty()) {
            return;
        }
        Deaths known = deaths.remove(record);
        for (Path file : known == null ? List.<Path>of() : known.files()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("The death that {} has been acquitted of is still in {}: {}", record, file, e.toString());
            }
        }
    }
}
