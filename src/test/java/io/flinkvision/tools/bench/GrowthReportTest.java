package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.tools.bench.GrowthReport.Dimension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowthReportTest {

    @TempDir
    private Path folder;

    @Test
    void theJsonHasEachPointWithItsFiguresAndItsRounds() throws IOException {
        Path file = folder.resolve("growth.json");

        SampleGrowth.complete().write(file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.get("environment").get("machine").asText()).isEqualTo("2 processors");
        assertThat(json.get("points")).hasSize(12);
        JsonNode two = json.get("points").get(1);
        assertThat(two.get("dimension").asText()).isEqualTo("parallelism");
        assertThat(two.get("at").asText()).isEqualTo("2");
        assertThat(two.get("picturesASecond").get("median").asDouble()).isEqualTo(140, within(1e-6));
        assertThat(two.get("picturesASecond").get("most").asDouble()).isEqualTo(160, within(1e-6));
        assertThat(two.get("processorMillis").get("median").asDouble()).isEqualTo(11, within(1e-6));
        assertThat(two.get("efficiency").get("median").asDouble()).isEqualTo(0.8, within(1e-6));
        assertThat(two.get("rounds")).hasSize(3);
        assertThat(two.get("ratioToBareLoop").get("median").asDouble()).isEqualTo(0.7, within(1e-6));
        assertThat(two.get("bareLoop").get("rounds")).hasSize(3);
        assertThat(json.get("points").get(3).has("efficiency")).isFalse();
        assertThat(json.get("points").get(3).has("ratioToBareLoop")).isFalse();
    }

    @Test
    void efficiencyIsOfRoundsThatWereRunSideBySideAndOneAtParallelismOne() {
        GrowthReport report = SampleGrowth.complete();
        List<GrowthReport.Point> points = report.points(Dimension.PARALLELISM);

        assertThat(report.efficiency(points.get(0))).contains(new Spread(1, 1, 1));
        Spread two = report.efficiency(points.get(1)).orElseThrow();
        assertThat(two.min()).isEqualTo(0.7, within(1e-6));
        assertThat(two.median()).isEqualTo(0.8, within(1e-6));
        assertThat(two.max()).isEqualTo(1.0, within(1e-6));
    }

    @Test
    void eachParallelismIsComparedWithTheBareLoopOnAsManyThreadsOfTheSameRound() {
        GrowthReport report = SampleGrowth.complete();
        List<GrowthReport.Point> points = report.points(Dimension.PARALLELISM);

        assertThat(report.ratioToBareLoop(points.get(0)).orElseThrow().min()).isEqualTo(0.8, within(1e-6));
        assertThat(report.ratioToBareLoop(points.get(1)).orElseThrow().max()).isEqualTo(0.8, within(1e-6));
        assertThat(report.ratioToBareLoop(points.get(2)).orElseThrow().max()).isEqualTo(0.8, within(1e-6));
        assertThat(report.ratioToBareLoop(report.points(Dimension.CAMERAS).get(0))).isEmpty();
    }

    @Test
    void headsAndRegionsAreComparedWithWholePicturesOfTheSameRound() {
        GrowthReport report = SampleGrowth.complete();
        List<GrowthReport.Point> points = report.points(Dimension.HEADS);

        assertThat(report.ratioToWhole(points.get(0))).contains(new Spread(1, 1, 1));
        Spread thousand = report.ratioToWhole(points.get(1)).orElseThrow();
        assertThat(thousand.min()).isEqualTo(0.95, within(1e-6));
        assertThat(thousand.median()).isEqualTo(0.98, within(1e-6));
        assertThat(thousand.max()).isEqualTo(1, within(1e-6));
        assertThat(report.ratioToWhole(report.points(Dimension.CAMERAS).get(0))).isEmpty();
    }

    @Test
    void aReportThatLacksALabelSaysSo() {
        GrowthReport complete = SampleGrowth.complete();
        GrowthReport.Point lacking = new GrowthReport.Point(
                Dimension.CAMERAS, "10", SampleReport.row(Row.JOB, 1, SampleReport.incomplete()), Optional.empty());

        assertThat(complete.isEverythingLabelled()).isTrue();
        assertThat(new GrowthReport(Map.of(), 2, List.of(lacking)).isEverythingLabelled()).isFalse();
    }

    @Test
    void aDimensionIsReadAsItIsWritten() {
        assertThat(Arrays.stream(Dimension.values()).map(Dimension::toString).map(Dimension::parse))
                .containsExactly(Dimension.values());
        assertThatThrownBy(() -> Dimension.parse("TOP_K")).hasMessageContaining("'TOP_K'");
    }
}
