package io.flinkvision.tools.wall;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** The last records of one camera, without their pictures. */
final class TimeLine {

    /** Records that are kept. */
    static final int LENGTH = 600;

    private final Deque<Entry> entries = new ArrayDeque<>();

    /**
     * One record.
     *
     * @param at when it was written, in milliseconds since 1970-01-01T00:00Z
     * @param label its top label
     * @param score that label's probability
     * @param offset of the picture in its partition
     */
    record Entry(long at, String label, float score, long offset) {}

    void add(Entry entry) {
        if (entries.size() == LENGTH) {
            entries.removeLast();
        }
        entries.addFirst(entry);
    }

    /** The records whose label holds a text, in upper or lower case; the newest first. */
    List<Entry> search(String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return entries.stream().filter(entry -> entry.label().toLowerCase(Locale.ROOT).contains(wanted)).toList();
    }
}
