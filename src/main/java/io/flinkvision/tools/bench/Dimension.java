package io.flinkvision.tools.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Along what the job's cost is looked at. */
public enum Dimension {
    SIZE("picture size"),
    PARALLELISM("parallelism"),
    CAMERAS("cameras"),
    PARTITIONS("partitions of the input topic"),
    TOP_K("labels of a picture (top-k)"),
    MODEL("model, and MB of its weights");

    private final String axis;

    Dimension(String axis) {
        this.axis = axis;
    }

    /** What the points' names are. */
    String axis() {
        return axis;
    }

    /**
     * Reads a name such as {@code top-k}.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Dimension parse(String text) {
        return Arrays.stream(values()).filter(dimension -> dimension.toString().equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no '" + text + "' among "
                        + Arrays.stream(values()).map(Dimension::toString).collect(Collectors.joining(", "))));
    }

    /** As people write it, and as the plots' files are named. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
