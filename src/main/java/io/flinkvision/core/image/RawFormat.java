package io.flinkvision.core.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Layouts of pixels that are not encoded: rows from the top, without padding, 8 bits per sample. */
public enum RawFormat {
    /** Blue, green, red. */
    BGR24(3),
    /** Red, green, blue. */
    RGB24(3),
    /** One sample per pixel. */
    GRAY8(1);

    private final int channels;

    RawFormat(int channels) {
        this.channels = channels;
    }

    /** Samples per pixel. */
    public int channels() {
        return channels;
    }

    /** The layout's name in records: {@code bgr24}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The layout of a name. */
    public static Optional<RawFormat> named(String id) {
        return Arrays.stream(values()).filter(format -> format.id().equals(id)).findFirst();
    }

    /** All names. */
    public static List<String> names() {
        return Arrays.stream(values()).map(RawFormat::id).toList();
    }
}
