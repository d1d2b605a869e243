package io.flinkvision.tools.teach;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What pictures of each label were taken for.
 *
 * @param labels names of the rows and columns
 * @param counts {@code [labels, labels]}: pictures of a row's label that got a column's
 */
public record ConfusionMatrix(List<String> labels, List<List<Integer>> counts) {

    /** A wider matrix fits no terminal. */
    private static final int MAX_COLUMNS = 20;

    private static final int MAX_LISTED = 20;

    /**
     * Labels that are confused.
     *
     * @param label the pictures' own
     * @param taken the label that they got
     * @param count how many pictures
     */
    record Confused(String label, String taken, int count) {}

    /** Whether it is small enough to be shown as a whole. */
    boolean isReadable() {
        return labels.size() <= MAX_COLUMNS;
    }

    /** The matrix for people; of many labels, those that are confused most often. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        if (isReadable()) {
            lines.add("Confusion: a row per label, and a column per answer");
            StringBuilder header = new StringBuilder("    ");
            for (int column = 1; column <= labels.size(); column++) {
                header.append(String.format(Locale.ROOT, "%6d", column));
            }
            lines.add(header.toString());
            for (int row = 0; row < labels.size(); row++) {
                StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%4d", row + 1));
                counts.get(row).forEach(count -> line.append(String.format(Locale.ROOT, "%6d", count)));
                lines.add(line + "  " + labels.get(row));
            }
        } else {
            lines.add("Confused most often:");
            confused().stream().limit(MAX_LISTED).forEach(cell -> lines.add(String.format(
                    Locale.ROOT, "%5d x  %s  taken for  %s", cell.count, cell.label, cell.taken)));
        }
        return lines;
    }

    /** The labels that are confused, most often first. */
    List<Confused> confused() {
        List<Confused> cells = new ArrayList<>();
        for (int row = 0; row < labels.size(); row++) {
            for (int column = 0; column < labels.size(); column++) {
                if (row != column && counts.get(row).get(column) > 0) {
                    cells.add(new Confused(labels.get(row), labels.get(column), counts.get(row).get(column)));
                }
            }
        }
        cells.sort(Comparator.comparingInt(Confused::count).reversed());
        return cells;
    }

    /** A list of rows. */
    public ArrayNode json() {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (List<Integer> row : counts) {
            ArrayNode cells = rows.addArray();
            row.forEach(cells::add);
        }
        return rows;
    }
}
