package io.flinkvision.tools.cli;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandITCase {

    private static final Path IMAGES = Path.of("conf/models/triage/images");

    @TempDir
    Path folder;

    @Test
    void labelsTheSixPictures() {
        CommandRun run = CommandRun.of("demo");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).hasSize(7)
                .anyMatch(line -> line.startsWith("meal_1.jpg: food "))
                .anyMatch(line -> line.startsWith("meal_2.jpg: food "))
                .anyMatch(line -> line.startsWith("report_1.jpg: report "))
                .anyMatch(line -> line.startsWith("report_2.jpg: report "))
                .anyMatch(line -> line.startsWith("other_1.jpg: other "))
                .anyMatch(line -> line.startsWith("other_2.jpg: other "));
        assertThat(run.lines().get(6)).startsWith("6 pictures: 6 labelled, 0 dead letters, ")
                .endsWith(" model loads");
        assertThat(run.err()).contains("Starting a Kafka broker and a Flink cluster");
    }

    @Test
    void eachFileOfAMixedFolderComesOutOnceAsALabelOrADeadLetter() throws IOException {
        byte[] meal = Files.readAllBytes(IMAGES.resolve("meal_1.jpg"));
        Files.write(folder.resolve("meal.jpg"), meal);
        Files.write(folder.resolve("cut.jpg"), Arrays.copyOf(meal, meal.length / 2));
        Files.write(folder.resolve("empty.png"), new byte[0]);
        Files.writeString(folder.resolve("page.jpg"), "<html>not found</html>");
        Files.write(folder.resolve("large.jpg"), Arrays.copyOf(meal, 5 << 20));

        CommandRun run = CommandRun.of("demo", "--images", folder.toString(), "--json");

        assertThat(run.exitCode()).isZero();
        Map<String, String> outcomes = run.json().stream().collect(toMap(
                line -> line.has("deadLetter") ? line.at("/deadLetter/key").textValue() : line.get("key").textValue(),
                DemoCommandITCase::outcome));
        assertThat(outcomes).containsExactlyInAnyOrderEntriesOf(Map.of(
                "meal.jpg", "food", "cut.jpg", "TRUNCATED", "empty.png", "EMPTY", "page.jpg", "UNKNOWN_FORMAT",
                "large.jpg", "TOO_LARGE"));
        assertThat(run.err()).contains("5 pictures: 1 labelled, 4 dead letters");
    }

    @Test
    void aFolderThatIsNoneIsWrongUseAndAnEmptyOneAFailure() throws IOException {
        assertThat(CommandRun.of("demo", "--images", "none").exitCode()).isEqualTo(2);
        CommandRun run = CommandRun.of("demo", "--images", Files.createDirectory(folder.resolve("empty")).toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("has no files in it");
    }

    @Test
    void teachesOnlyOnAWall() {
        CommandRun run = CommandRun.of("demo", "--teach", folder.resolve("taught").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--teach needs --live");
        assertThat(folder.resolve("taught")).doesNotExist();
    }

    private static String outcome(JsonNode line) {
        return line.has("deadLetter")
                ? line.at("/deadLetter/code").textValue()
                : line.at("/labels/0/label").textValue();
    }
}
