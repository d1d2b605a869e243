package io.flinkvision.job.event;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be wrong with a camera that still sends pictures. */
public enum Trouble {

    /** The pictures are the same, again and again. */
    FROZEN,

    /** Next to nothing is seen, and that is black. */
    DARK,

    /** Next to nothing is seen, compared with what the camera showed before. */
    COVERED,

    /** The camera suddenly shows something else, and goes on to. */
    MOVED;

    /** Its name in records; it never changes. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of an {@link #id()}. */
    public static Optional<Trouble> named(String id) {
        return Stream.of(values()).filter(trouble -> trouble.id().equals(id)).findFirst();
    }
}
