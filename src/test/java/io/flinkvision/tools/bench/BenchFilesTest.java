package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchFilesTest {

    @TempDir
    private Path folder;

    @Test
    void aReportThatIsWrittenAndReadIsTheSame() throws IOException {
        Path file = folder.resolve("report.json");
        BenchReport report = SampleReport.complete()
                .with(List.of(SampleReport.row("elsewhere", 1, SampleReport.incomplete())));

        BenchJson.write(report, file);

        assertThat(BenchJson.read(file)).isEqualTo(report);
    }

    @Test
    void theJsonHasTheRatiosToo() throws IOException {
        Path file = folder.resolve("report.json");

        BenchJson.write(SampleReport.complete(), file);

        JsonNode ratios = new ObjectMapper().readTree(file.toFile()).get("ratios");
        assertThat(ratios).hasSize(5);
        assertThat(ratios.get(0).get("bound").asText()).isEqualTo("at least");
        assertThat(ratios.get(0).get("met").asBoolean()).isTrue();
    }

    @Test
    void whatIsNoReportIsRefusedByItsName() throws IOException {
        Path text = Files.writeString(folder.resolve("text.json"), "figures");
        Path other = Files.writeString(folder.resolve("other.json"), "{\"rows\": [{}]}");

        assertThatThrownBy(() -> BenchJson.read(text)).isInstanceOf(BenchException.class)
                .hasMessageContaining("text.json is no JSON");
        assertThatThrownBy(() -> BenchJson.read(other)).isInstanceOf(BenchException.class)
                .hasMessageContaining("other.json is no report");
    }

    @Test
    void thePlotIsAnSvg() throws Exception {
        Path file = folder.resolve("plot.svg");

        new BenchPlot(SampleReport.complete()).write(file);

        assertThat(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(
                Files.newInputStream(withoutDocumentType(file))).getDocumentElement().getTagName()).isEqualTo("svg");
    }

    @Test
    void ofNothingThereIsNoPlot() {
        assertThatThrownBy(() -> new BenchPlot(new BenchReport(Map.of(), 2, 5, List.of()))
                .write(folder.resolve("plot.svg"))).isInstanceOf(BenchException.class);
    }

    /** A parser would fetch the type's definition from the network. */
    static Path withoutDocumentType(Path file) throws IOException {
        return Files.writeString(file, Files.readString(file).replaceFirst("<!DOCTYPE[^>]*>", ""));
    }
}
