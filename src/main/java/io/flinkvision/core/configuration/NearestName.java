package io.flinkvision.core.configuration;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Suggestions for misspelt names. */
public final class NearestName {

    private NearestName() {}

    /** The end of a message about an unknown name: the nearest known one, if there is one. */
    public static String hint(String name, Collection<String> known) {
        return of(name, known).map(nearest -> "; did you mean " + nearest + "?").orElse("");
    }

    /** The nearest of the known names by edit distance; empty if more than half of the letters differ. */
    public static Optional<String> of(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt((String candidate) -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(candidate -> 2 * distance(name, candidate) <= Math.max(name.length(), candidate.length()));
    }

    /**
     * The end of a message about an unknown path: the nearest key of the same section, or else one of the same name
     * elsewhere, or else what is known there. The name of the section is not compared, since it would make unrelated
     * keys similar.
     */
    static String pathHint(String path, List<String> known) {
        String section = path.substring(0, path.lastIndexOf('.') + 1);
        Set<String> siblings = keysOf(section, known);
        String last = path.substring(path.lastIndexOf('.') + 1);
        return of(last, siblings.stream().map(key -> key.substring(section.length())).toList())
                .map(nearest -> section + nearest)
                .or(() -> known.stream()
                        .filter(key -> key.substring(key.lastIndexOf('.') + 1).equals(last))
                        .findFirst())
                .or(() -> section.isEmpty() || siblings.isEmpty() ? of(path, known) : Optional.empty())
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("; known here are "
                        + String.join(", ", siblings.isEmpty() ? keysOf("", known) : siblings));
    }

    /** The paths of the keys and sections directly in a section, whose name ends with a dot unless it is empty. */
    static Set<String> keysOf(String section, List<String> known) {
        return known.stream()
                .filter(path -> path.startsWith(section))
                .map(path -> path.substring(0, path.indexOf('.', section.length()) < 0
                        ? path.length()
                        : path.indexOf('.', section.length())))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Levenshtein distance, row by row, ignoring case. */
    private static int distance(String from, String to) {
        String a = from.toLowerCase(Locale.ROOT);
        String b = to.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
