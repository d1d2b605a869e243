package io.flinkvision.cluster;

import io.flinkvision.tools.bench.Plots;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The memory of a TaskManager against the pictures that it has classified. */
record SoakPlot(SoakReport report) {

    private static final double KILOBYTES_A_MEGABYTE = 1024;

    /** Writes it as SVG. */
    void write(Path file) throws IOException {
        XYChart chart = new XYChartBuilder().width(800).height(420)
                .title("Resident memory of a TaskManager with two slots")
                .xAxisTitle("pictures done").yAxisTitle("MB").build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.InsideSE);
        chart.getStyler().setYAxisMin(0.0).setXAxisDecimalPattern("#,###").setYAxisDecimalPattern("#,###");
        add(chart, "all", sample -> sample.use().heapKilobytes() + sample.use().nativeKilobytes());
        add(chart, "all but Java's heap", sample -> sample.use().nativeKilobytes());
        add(chart, "Java's heap", sample -> sample.use().heapKilobytes());
        Plots.writeSvg(chart, file);
    }

    private void add(XYChart chart, String name, ToDoubleFunction<SoakReport.Sample> kilobytes) {
        List<SoakReport.Sample> samples = report.samples();
        chart.addSeries(name,
                samples.stream().mapToDouble(SoakReport.Sample::done).toArray(),
                samples.stream().mapToDouble(sample -> kilobytes.applyAsDouble(sample) / KILOBYTES_A_MEGABYTE)
                        .toArray())
                .setMarker(SeriesMarkers.NONE);
    }
}
