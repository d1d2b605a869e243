package io.flinkvision.tools.cli;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table for people: columns as wide as their widest text, two spaces apart.
 *
 * @param header the names of the columns
 * @param rows each with one text per column
 */
record TextTable(List<String> header, List<List<String>> rows) {

    private static final int GAP = 2;

    TextTable {
        header = List.copyOf(header);
        rows = List.copyOf(rows);
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException("A row of " + header + " must have " + header.size() + " texts, not "
                        + row);
            }
        }
    }

    /** The header and the rows, a line each; nothing follows the text of the last column. */
    List<String> lines() {
        int[] widths = IntStream.range(0, header.size())
                .map(column -> all().mapToInt(row -> row.get(column).length()).max().orElse(0))
                .toArray();
        return all().map(row -> line(row, widths)).toList();
    }

    private Stream<List<String>> all() {
        return Stream.concat(Stream.of(header), rows.stream());
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        int last = row.size() - 1;
        for (int column = 0; column < last; column++) {
            line.append(row.get(column)).append(" ".repeat(widths[column] - row.get(column).length() + GAP));
        }
        return line.append(row.get(last)).toString();
    }
}
