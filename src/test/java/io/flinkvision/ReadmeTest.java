package io.flinkvision;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.configuration.Option;
import io.flinkvision.configuration.OptionType;
import io.flinkvision.image.ErrorCode;
import io.flinkvision.job.JobOptions;
import io.flinkvision.model.BundleOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The README's tables are made from the constants that the program reads. {@code mvn test -Dtest=ReadmeTest
 * -Dreadme.update=true} writes them anew.
 */
class ReadmeTest {

    private static final Path README = Path.of("README.md");
    private static final String END = "<!-- end -->";

    @Test
    void theErrorCodesAreThoseOfTheProgram() throws IOException {
        assertTable("<!-- error codes: made from ErrorCode -->", Stream.concat(
                Stream.of("| `error-code` | what it means |", "| --- | --- |"),
                Stream.of(ErrorCode.values()).map(code -> "| `" + code + "` | " + code.meaning() + " |")));
    }

    @Test
    void theJobFilesKeysAreThoseOfTheProgram() throws IOException {
        assertTable("<!-- job options: made from JobOptions -->", table(JobOptions.ALL));
    }

    @Test
    void theBundlesKeysAreThoseOfTheProgram() throws IOException {
        assertTable("<!-- bundle options: made from BundleOptions -->", table(BundleOptions.ALL));
    }

    private static Stream<String> table(List<Option<?>> options) {
        return Stream.concat(
                Stream.of("| key | type | default | meaning |", "| --- | --- | --- | --- |"),
                options.stream().map(ReadmeTest::row));
    }

    private static <T> String row(Option<T> option) {
        OptionType<T> type = option.type();
        String absent = option.required() ? "required" : "";
        return "| `" + option.path() + "` | " + type.name() + " | "
                + option.defaultValue().map(value -> "`" + type.print(value) + "`").orElse(absent) + " | "
                + option.description() + " |";
    }

    private static void assertTable(String start, Stream<String> rows) throws IOException {
        String readme = Files.readString(README);
        String expected = rows.collect(Collectors.joining("\n", "\n\n", "\n\n"));
        int from = readme.indexOf(start) + start.length();
        assertThat(from).as("place of %s", start).isGreaterThanOrEqualTo(start.length());
        int to = readme.indexOf(END, from);
        if (Boolean.getBoolean("readme.update")) {
            Files.writeString(README, readme.substring(0, from) + expected + readme.substring(to));
        } else {
            assertThat(readme.substring(from, to)).isEqualTo(expected);
        }
    }
}
