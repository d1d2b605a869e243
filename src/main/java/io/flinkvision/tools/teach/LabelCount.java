package io.flinkvision.tools.teach;

import java.util.List;
import java.util.Objects;

/**
 * The pictures of a label, and advice whether they are enough.
 *
 * @param label its name
 * @param pictures how many files it has
 * @param different how many if near-duplicates count once, by the rule of {@code bin/vision teach}; of the files that
 *     nobody has decoded yet each counts
 * @param needs for people: {@link #ENOUGH} alone, or what more is needed, at least one
 */
public record LabelCount(String label, int pictures, int different, List<String> needs) {

    /** Nothing more is needed, as far as can be told before teaching. */
    public static final String ENOUGH = "enough";

    public LabelCount {
        Objects.requireNonNull(label, "label");
        needs = List.copyOf(needs);
    }
}
