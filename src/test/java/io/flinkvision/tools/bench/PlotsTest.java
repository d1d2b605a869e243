package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.bench.GrowthReport.Dimension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlotsTest {

    @TempDir
    private Path folder;

    @Test
    void thePlotIsAnSvg() throws Exception {
        Path file = folder.resolve("plot.svg");

        Plots.write(SampleReport.complete(), file);

        assertThat(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(
                Files.newInputStream(withoutDocumentType(file))).getDocumentElement().getTagName()).isEqualTo("svg");
    }

    @Test
    void ofNothingThereIsNoPlot() {
        assertThatThrownBy(() -> Plots.write(
                new BenchReport(Map.of(), 2, 5, List.of()), folder.resolve("plot.svg"))).isInstanceOf(ToolException.class);
    }

    @ParameterizedTest
    @EnumSource
    void thePlotOfEachDimensionIsAnSvg(Dimension dimension) throws Exception {
        Path file = folder.resolve("plot.svg");

        Plots.write(SampleGrowth.complete(), dimension, file);

        assertThat(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Files.newInputStream(
                withoutDocumentType(file))).getDocumentElement().getTagName()).isEqualTo("svg");
    }

    @Test
    void ofNoPointThereIsNoPlot() {
        GrowthReport empty = new GrowthReport(Map.of(), 2, List.of());

        assertThatThrownBy(() -> Plots.write(empty, Dimension.TOP_K, folder.resolve("plot.svg")))
                .isInstanceOf(ToolException.class).hasMessageContaining("top-k");
    }

    /** A parser would fetch the type's definition from the network. */
    private static Path withoutDocumentType(Path file) throws IOException {
        return Files.writeString(file, Files.readString(file).replaceFirst("<!DOCTYPE[^>]*>", ""));
    }
}
