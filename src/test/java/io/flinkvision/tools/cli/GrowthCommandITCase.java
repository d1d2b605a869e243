package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowthCommandITCase {

    @TempDir
    private Path folder;

    @Test
    void drawsAPlotOfEachDimensionAndAnswersEachPicture() throws IOException {
        Path plots = folder.resolve("plots");

        CommandRun run = CommandRun.of("growth", plots.toString(), "--only", "cameras,parallelism,top-k",
                "--cameras", "1,3", "--rounds", "1", "--pictures", "2", "--warm-up", "2");

        assertThat(run.exitCode()).as(run.err()).isZero();
        try (Stream<Path> files = Files.list(plots)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(
                    "growth.json", "growth-cameras.svg", "growth-parallelism.svg", "growth-top-k.svg");
        }
        List<JsonNode> points = StreamSupport.stream(
                new ObjectMapper().readTree(plots.resolve("growth.json").toFile()).get("points").spliterator(), false)
                .toList();
        assertThat(points).extracting(point -> point.get("dimension").asText() + " " + point.get("at").asText())
                .containsExactly("cameras 1", "cameras 3", "parallelism 1", "parallelism 2", "parallelism 4",
                        // The model that comes with the project has three classes.
                        "top-k 1", "top-k 3");
        assertThat(points).allSatisfy(point -> {
            assertThat(point.get("rounds")).hasSize(1);
            assertThat(point.get("rounds").get(0).get("pictures").asInt()).isEqualTo(2);
            assertThat(point.get("rounds").get(0).get("labelled").asInt()).isEqualTo(2);
        });
        assertThat(points).filteredOn(point -> point.has("bareLoop"))
                .extracting(point -> point.get("bareLoop").get("parallelism").asInt()).containsExactly(1, 2, 4);
        assertThat(run.out()).contains("CPU ms per picture").contains("efficiency").contains("job : bare loop");
        assertThat(run.err()).containsOnlyOnce("with 40 small pictures").contains("cameras: 2 small pictures from each of 3")
                .contains("top-k: round 1 of 1, 2 pictures each");
    }

    @Test
    void wrongUseIsSaidBeforeAnythingIsMade() {
        String plots = folder.resolve("plots").toString();

        assertThat(CommandRun.of("growth").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("growth", plots, "--images", "none").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("growth", plots, "--rounds", "0").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("growth", plots, "--cameras", "0").exitCode()).isEqualTo(2);
        CommandRun unknown = CommandRun.of("growth", plots, "--only", "weather");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("'weather'").contains("size, parallelism, cameras");
        assertThat(folder).isEmptyDirectory();
    }
}
