package io.flinkvision.tools.feed;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tells files that somebody is still writing from those that are whole: the latter have not changed for a while, by
 * their own time or, where that is of another machine's clock, by what was seen of them.
 */
final class FilesAtRest {

    private final Map<Path, Sight> sights = new HashMap<>();

    /** How a file was found, and since when it has been like that. */
    private record Sight(FileState state, Instant since) {}

    /**
     * Whether a file has not changed for a time.
     *
     * @param state as it is now
     */
    boolean isAtRest(Path file, FileState state, Duration time, Instant now) {
        Sight before = sights.get(file);
        if (before == null || !before.state().equals(state)) {
            before = new Sight(state, now);
            sights.put(file, before);
        }
        Instant quiet = now.minus(time);
        return !state.modified().isAfter(quiet) || !before.since().isAfter(quiet);
    }

    /** Forgets a file that has been sent. */
    void forget(Path file) {
        sights.remove(file);
    }

    /** Forgets all files but these. */
    void retain(Set<Path> files) {
        sights.keySet().retainAll(files);
    }

    /** How many files it has seen change. */
    int size() {
        return sights.size();
    }
}
