package io.flinkvision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table of a document that is generated from constants of the program. With {@code -Ddocuments.update=true} the tests
 * write it anew.
 *
 * @param document the file
 * @param start the comment before the table; another one, {@code <!-- end -->}, is after it
 */
record GeneratedTable(Path document, String start) {

    private static final String END = "<!-- end -->";

    void assertRows(Stream<String> rows) throws IOException {
        String text = Files.readString(document);
        String expected = rows.collect(Collectors.joining("\n", "\n\n", "\n\n"));
        int from = text.indexOf(start) + start.length();
        assertThat(from).as("place of %s", start).isGreaterThanOrEqualTo(start.length());
        int to = text.indexOf(END, from);
        if (Boolean.getBoolean("documents.update")) {
            Files.writeString(document, text.substring(0, from) + expected + text.substring(to));
        } else {
            assertThat(text.substring(from, to)).isEqualTo(expected);
        }
    }
}
