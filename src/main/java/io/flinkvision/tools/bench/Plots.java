package io.flinkvision.tools.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.bench.GrowthReport.Dimension;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;

/** Plots of reports, as SVG. */
public final class Plots {

    private static final int MIN_WIDTH = 900;
    private static final int WIDTH_PER_SET = 190;
    private static final int HEIGHT = 460;

    private static final int GROWTH_WIDTH = 720;
    private static final int GROWTH_HEIGHT = 420;
    private static final int RIGHT = 1;

    /** Room above the right axis' data; otherwise two level lines would cover each other. */
    private static final double ROOM = 1.6;

    /** Stages are not plotted: they are parts of the bare loop, and would dwarf it. */
    private static final String STAGE = "stage ";

    /** Text is drawn as outlines, of which digits beyond a tenth of a pixel would be half of the file. */
    private static final Pattern DIGITS = Pattern.compile("([0-9]+\\.[0-9])[0-9]+");

    private Plots() {}

    /**
     * Plots the pictures per second of each way, by set of pictures, with their spread.
     *
     * @throws ToolException if the report has no rows to plot
     */
    public static void write(BenchReport report, Path file) throws IOException {
        List<Row> drawn = report.rows().stream().filter(row -> !row.way().startsWith(STAGE)).toList();
        if (drawn.isEmpty()) {
            throw new ToolException("The report has nothing to plot");
        }
        List<String> sets = drawn.stream().map(Plots::set).distinct().toList();
        int width = Math.max(MIN_WIDTH, WIDTH_PER_SET * sets.size());
        CategoryChart chart = new CategoryChartBuilder().width(width).height(HEIGHT)
                .title("Pictures per second: median, minimum and maximum of the rounds").yAxisTitle("pictures per second")
                .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setAvailableSpaceFill(0.8);
        drawn.stream().map(Plots::series).distinct().forEach(name -> {
            List<Double> medians = new ArrayList<>();
            List<Double> errors = new ArrayList<>();
            for (String set : sets) {
                Optional<Spread> rate = drawn.stream()
                        .filter(row -> set(row).equals(set) && series(row).equals(name))
                        .findFirst().map(Row::rate);
                medians.add(rate.map(Spread::median).orElse(0.0));
                // Both whiskers of a bar have the same length.
                errors.add(rate.map(Spread::maxDeviation).orElse(0.0));
            }
            chart.addSeries(name, sets, medians, errors);
        });
        writeSvg(chart, file);
    }

    private static String set(Row row) {
        return row.model() + " " + row.pictures();
    }

    private static String series(Row row) {
        return row.way() + (row.parallelism() > 1 ? ", parallelism " + row.parallelism() : "");
    }

    /**
     * Plots pictures per second and CPU milliseconds per picture along one dimension, with their spread.
     *
     * @throws ToolException if the report has no such points
     */
    public static void write(GrowthReport report, Dimension dimension, Path file) throws IOException {
        List<GrowthReport.Point> points = report.points(dimension);
        if (points.isEmpty()) {
            throw new ToolException("The report has nothing to plot along " + dimension);
        }
        CategoryChart chart = new CategoryChartBuilder().width(GROWTH_WIDTH).height(GROWTH_HEIGHT)
                .title("The job by " + dimension.axis()).xAxisTitle(xAxis(report, dimension))
                .yAxisTitle("pictures per second").build();
        chart.setYAxisGroupTitle(RIGHT, "CPU ms per picture");
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
        // Otherwise the lines would be drawn side by side, away from their points.
        chart.getStyler().setOverlapped(true);
        chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
        chart.getStyler().setYAxisGroupPosition(RIGHT, YAxisPosition.Right);
        chart.getStyler().setYAxisMin(0, 0.0).setYAxisMin(RIGHT, 0.0);
        double max = points.stream().mapToDouble(point -> point.row().processorMillis().max()).max().orElseThrow();
        chart.getStyler().setYAxisMax(RIGHT, ROOM * max);
        List<Row> jobs = points.stream().map(GrowthReport.Point::row).toList();
        add(chart, points, jobs, "pictures per second", Row::rate);
        add(chart, points, jobs, "CPU ms per picture (right)", Row::processorMillis).setYAxisGroup(RIGHT);
        List<Row> loops = points.stream().flatMap(point -> point.bareLoop().stream()).toList();
        if (loops.size() == points.size()) {
            add(chart, points, loops, "bare loop on as many threads", Row::rate);
        }
        writeSvg(chart, file);
    }

    private static String xAxis(GrowthReport report, Dimension dimension) {
        return dimension == Dimension.PARALLELISM
                ? dimension.axis() + " (the machine has " + report.processors() + " processors)"
                : dimension.axis();
    }

    private static CategorySeries add(CategoryChart chart, List<GrowthReport.Point> points, List<Row> rows, String name,
            Function<Row, Spread> figure) {
        List<Spread> spreads = rows.stream().map(figure).toList();
        return chart.addSeries(name, points.stream().map(GrowthReport.Point::at).toList(),
                spreads.stream().map(Spread::median).toList(),
                spreads.stream().map(Spread::maxDeviation).toList());
    }

    /** Writes a chart as SVG. */
    public static void writeSvg(Chart<?, ?> chart, Path file) throws IOException {
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        VectorGraphicsEncoder.saveVectorGraphic(chart, svg, VectorGraphicsFormat.SVG);
        Files.writeString(file, DIGITS.matcher(svg.toString(UTF_8)).replaceAll("$1"));
    }
}
