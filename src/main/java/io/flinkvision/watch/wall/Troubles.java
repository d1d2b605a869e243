package io.flinkvision.watch.wall;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What keeps the wall from showing what it should, in sentences for a person. Safe for use by several threads. */
final class Troubles {

    private final Map<Kind, String> sentences = new EnumMap<>(Kind.class);

    /** What may be amiss. There is one sentence of each kind at the most, shown in this order. */
    enum Kind {
        /** No broker answers. */
        KAFKA,
        /** The output topic cannot be read. */
        LABELS,
        /** The dead-letter topic cannot be read. */
        DEAD_LETTERS,
        /** The events' topic cannot be read. */
        EVENTS,
        /** Pictures arrive, and the job makes nothing of them. */
        JOB
    }

    synchronized void set(Kind kind, String sentence) {
        sentences.put(kind, sentence);
    }

    synchronized void clear(Kind kind) {
        sentences.remove(kind);
    }

    synchronized List<String> sentences() {
        return List.copyOf(sentences.values());
    }
}
