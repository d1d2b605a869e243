package io.flinkvision.tools.cli;

import java.util.Locale;

/** A label as people read it. */
final class LabelText {

    private LabelText() {}

    /** {@code food 72.8 %}. */
    static String of(String label, double score) {
        return String.format(Locale.ROOT, "%s %.1f %%", label, 100 * score);
    }
}
