package io.flinkvision.tools.wall;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What keeps the wall from showing what it should, in sentences for a person. Safe for use by several threads. */
final class Troubles {

    private final Map<Kind, String> sentences = new EnumMap<>(Kind.class);
    private final List<String> endings = new ArrayList<>();

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
        /** The cameras' pictures cannot be read. */
        PICTURES,
        /** The dead letters' pictures cannot be read. */
        DEAD_PICTURES,
        /** Pictures arrive, and the job makes nothing of them. */
        JOB
    }

    synchronized void set(Kind kind, String sentence) {
        sentences.put(kind, sentence);
    }

    synchronized void clear(Kind kind) {
        sentences.remove(kind);
    }

    /**
     * Notes that a part of the wall does nothing more, for good.
     *
     * @param part what it did, as the subject of a sentence
     */
    synchronized void ended(String part, String reason) {
        endings.add(part + " has ended, so what is shown here is not live any more: restart the wall. The reason was: "
                + reason + ".");
    }

    /** Whether all parts of the wall are at work. */
    synchronized boolean isLive() {
        return endings.isEmpty();
    }

    synchronized List<String> sentences() {
        List<String> all = new ArrayList<>(endings);
        all.addAll(sentences.values());
        return all;
    }
}
