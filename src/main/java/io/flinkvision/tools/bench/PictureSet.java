package io.flinkvision.tools.bench;

import java.util.List;

/**
 * Encoded pictures of one kind, all in memory, taken in turn.
 *
 * @param name such as {@code 640x480 jpeg}
 * @param encoded each a whole file; not copied
 */
record PictureSet(String name, List<byte[]> encoded) {

    PictureSet {
        encoded = List.copyOf(encoded);
        if (encoded.isEmpty()) {
            throw new IllegalArgumentException("No pictures of " + name);
        }
    }

    /** The picture of a number, from 0 on without an end. */
    byte[] get(int number) {
        return encoded.get(number % encoded.size());
    }

    long meanBytes() {
        return encoded.stream().mapToLong(bytes -> bytes.length).sum() / encoded.size();
    }

    int largestBytes() {
        return encoded.stream().mapToInt(bytes -> bytes.length).max().orElseThrow();
    }
}
