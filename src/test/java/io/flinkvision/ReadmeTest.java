package io.flinkvision;

import io.flinkvision.core.bundle.BundleOptions;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.pipeline.EventOptions;
import io.flinkvision.job.pipeline.JobOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The README's tables are made from the constants that the program reads. {@code mvn test -Dtest=ReadmeTest
 * -Dreadme.update=true} writes them anew.
 */
class ReadmeTest {

    private static final Path README = Path.of("README.md");

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
    void theKeysOfEventsAreThoseOfTheProgram() throws IOException {
        assertTable("<!-- event options: made from EventOptions -->", table(EventOptions.ALL));
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
        new GeneratedTable(README, start).assertRows(rows);
    }
}
