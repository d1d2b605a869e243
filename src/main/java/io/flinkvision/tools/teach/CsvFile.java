package io.flinkvision.tools.teach;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.record.PrintableText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file of comma-separated values (RFC 4180) with a header, in which no value has a line break. Lines that have another
 * number of values are ignored, since people edit such files.
 */
final class CsvFile {

    private final Path file;
    private final List<String> header;
    private final Storage storage;

    CsvFile(Path file, List<String> header, Storage storage) {
        this.file = file;
        this.header = header;
        this.storage = storage;
    }

    /** The lines below the header; none if the file is not there. */
    List<List<String>> rows() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return new String(Files.readAllBytes(file), UTF_8).lines()
                    .map(CsvFile::values)
                    .filter(values -> values.size() == header.size() && !values.equals(header))
                    .toList();
        } catch (IOException e) {
            throw Storage.failure(file, e);
        }
    }

    void add(List<String> row) {
        storage.append(file, (Files.exists(file) ? "" : line(header)) + line(row));
    }

    void replace(List<List<String>> rows) {
        String text = line(header) + rows.stream().map(CsvFile::line).collect(Collectors.joining());
        storage.write(file, text.getBytes(UTF_8));
    }

    private static String line(List<String> values) {
        return values.stream()
                .map(PrintableText::escaped)
                .map(value -> value.contains(",") || value.contains("\"") ? '"' + value.replace("\"", "\"\"") + '"'
                        : value)
                .collect(Collectors.joining(",", "", "\n"));
    }

    private static List<String> values(String line) {
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char character = line.charAt(i);
            if (character == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                value.append('"');
                i++;
            } else if (character == '"') {
                quoted = !quoted;
            } else if (character == ',' && !quoted) {
                values.add(value.toString());
                value.setLength(0);
            } else {
                value.append(character);
            }
        }
        values.add(value.toString());
        return values;
    }
}
