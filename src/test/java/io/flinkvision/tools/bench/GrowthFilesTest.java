package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrowthFilesTest {

    @TempDir
    private Path folder;

    @Test
    void theJsonHasEachPointWithItsFiguresAndItsRounds() throws IOException {
        Path file = folder.resolve("growth.json");

        GrowthJson.write(SampleGrowth.complete(), file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.get("environment").get("machine").asText()).isEqualTo("2 processors");
        assertThat(json.get("points")).hasSize(9);
        JsonNode two = json.get("points").get(1);
        assertThat(two.get("dimension").asText()).isEqualTo("parallelism");
        assertThat(two.get("at").asText()).isEqualTo("2");
        assertThat(two.get("picturesASecond").get("median").asDouble()).isEqualTo(140, within(1e-6));
        assertThat(two.get("picturesASecond").get("most").asDouble()).isEqualTo(160, within(1e-6));
        assertThat(two.get("processorMillis").get("median").asDouble()).isEqualTo(11, within(1e-6));
        assertThat(two.get("efficiency").get("median").asDouble()).isEqualTo(0.8, within(1e-6));
        assertThat(two.get("rounds")).hasSize(3);
        assertThat(json.get("points").get(3).has("efficiency")).isFalse();
    }

    @Test
    void efficiencyIsOfRoundsThatWereRunSideBySideAndOneAtParallelismOne() {
        GrowthReport report = SampleGrowth.complete();
        List<GrowthPoint> points = report.points(Dimension.PARALLELISM);

        assertThat(report.efficiency(points.get(0))).contains(new Spread(1, 1, 1));
        Spread two = report.efficiency(points.get(1)).orElseThrow();
        assertThat(two.least()).isEqualTo(0.7, within(1e-6));
        assertThat(two.median()).isEqualTo(0.8, within(1e-6));
        assertThat(two.most()).isEqualTo(1.0, within(1e-6));
    }

    @Test
    void aReportThatLacksALabelSaysSo() {
        GrowthReport complete = SampleGrowth.complete();
        GrowthPoint lacking = new GrowthPoint(
                Dimension.CAMERAS, "10", SampleReport.row(Row.JOB, 1, SampleReport.incomplete()));

        assertThat(complete.everythingLabelled()).isTrue();
        assertThat(new GrowthReport(Map.of(), 2, List.of(lacking)).everythingLabelled()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void thePlotOfEachDimensionIsAnSvg(Dimension dimension) throws Exception {
        Path file = folder.resolve("plot.svg");

        new GrowthPlot(SampleGrowth.complete()).write(dimension, file);

        assertThat(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Files.newInputStream(
                BenchFilesTest.withoutDocumentType(file))).getDocumentElement().getTagName()).isEqualTo("svg");
    }

    @Test
    void ofNothingThereIsNoPlot() {
        GrowthReport empty = new GrowthReport(Map.of(), 2, List.of());

        assertThatThrownBy(() -> new GrowthPlot(empty).write(Dimension.TOP_K, folder.resolve("plot.svg")))
                .isInstanceOf(BenchException.class).hasMessageContaining("top-k");
    }

    @Test
    void aDimensionIsReadAsItIsWritten() {
        assertThat(Arrays.stream(Dimension.values()).map(Dimension::toString).map(Dimension::parse))
                .containsExactly(Dimension.values());
        assertThatThrownBy(() -> Dimension.parse("TOP_K")).hasMessageContaining("'TOP_K'");
    }
}
