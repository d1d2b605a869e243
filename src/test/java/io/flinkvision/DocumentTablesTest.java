package io.flinkvision;

import io.flinkvision.core.bundle.BundleOptions;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.pipeline.RegionOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tables of the documents are generated from the constants that the program reads. {@code mvn test
 * -Dtest=DocumentTablesTest -Ddocuments.update=true} writes them anew.
 */
class DocumentTablesTest {

    private static final Path DOCUMENTS = Path.of("docs");

    @Test
    void theErrorCodesAreThoseOfTheProgram() throws IOException {
        assertTable("records.md", "<!-- error codes: made from ErrorCode -->", Stream.concat(
                Stream.of("| `error-code` | what it means |", "| --- | --- |"),
                Stream.of(ErrorCode.values()).map(code -> "| `" + code + "` | " + code.meaning() + " |")));
    }

    @Test
    void theJobFilesKeysAreThoseOfTheProgram() throws IOException {
        assertTable("job-file.md", "<!-- job options: made from JobOptions -->",
                table(JobOptions.CLASSIFY.stream().filter(option -> !isOfEvents(option))));
    }

    @Test
    void theKeysOfACamerasJobAreThoseOfTheProgram() throws IOException {
        assertTable("job-file.md", "<!-- cameras options: made from JobOptions -->", table(JobOptions.CAMERAS.stream()));
    }

    @Test
    void theKeysOfEventsAreThoseOfTheProgram() throws IOException {
        assertTable("job-file.md", "<!-- event options: made from JobOptions -->",
                table(JobOptions.CLASSIFY.stream().filter(DocumentTablesTest::isOfEvents)));
    }

    @Test
    void theKeysOfARegionAreThoseOfTheProgram() throws IOException {
        assertTable("job-file.md", "<!-- region options: made from RegionOptions -->", table(RegionOptions.ALL.stream()));
    }

    @Test
    void theBundlesKeysAreThoseOfTheProgram() throws IOException {
        assertTable("models.md", "<!-- bundle options: made from BundleOptions -->", table(BundleOptions.ALL.stream()));
    }

    private static boolean isOfEvents(Option<?> option) {
        return option.path().startsWith("events.");
    }

    private static Stream<String> table(Stream<Option<?>> options) {
        return Stream.concat(
                Stream.of("| key | type | default | meaning |", "| --- | --- | --- | --- |"),
                options.map(Option::tableRow));
    }

    private static void assertTable(String document, String start, Stream<String> rows) throws IOException {
        new GeneratedTable(DOCUMENTS.resolve(document), start).assertRows(rows);
    }
}
