package io.flinkvision.core.image;

import java.util.List;

/**
 * A part of an encoded picture.
 *
 * @param start the first byte's position
 * @param end the position after the last byte
 */
record ByteRange(int start, int end) {

    int length() {
        return end - start;
    }

    /** Appends a part to parts before it, joined with the last where they touch. */
    static void append(List<ByteRange> parts, int start, int end) {
        int last = parts.size() - 1;
        if (last >= 0 && parts.get(last).end() == start) {
            parts.set(last, new ByteRange(parts.get(last).start(), end));
        } else {
            parts.add(new ByteRange(start, end));
        }
    }
}
