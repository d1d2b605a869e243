package io.flinkvision.tools.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Pictures a second of each way, set by set, with the spread of the rounds.
 *
 * @param report what is drawn of it
 */
public record BenchPlot(BenchReport report) {

    private static final int LEAST_WIDTH = 900;

    /** As the names below the axis need it. */
    private static final int WIDTH_OF_A_SET = 190;

    private static final int HEIGHT = 460;

    /** The stages are not among them: they are parts of the bare loop, and would dwarf it. */
    private static final String STAGE = "stage ";

    /**
     * Writes it as SVG.
     *
     * @throws BenchException if there is nothing to draw
     */
    public void write(Path file) throws IOException {
        List<Row> drawn = report.rows().stream().filter(row -> !row.way().startsWith(STAGE)).toList();
        if (drawn.isEmpty()) {
            throw new BenchException("The report has nothing to draw");
        }
        List<String> sets = drawn.stream().map(BenchPlot::set).distinct().toList();
        int width = Math.max(LEAST_WIDTH, WIDTH_OF_A_SET * sets.size());
        CategoryChart chart = new CategoryChartBuilder().width(width).height(HEIGHT)
                .title("Pictures a second: median, least and most of the rounds").yAxisTitle("pictures a second")
                .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setAvailableSpaceFill(0.8);
        drawn.stream().map(BenchPlot::series).distinct().forEach(name -> {
            List<Double> medians = new ArrayList<>();
            List<Double> errors = new ArrayList<>();
            for (String set : sets) {
                Optional<Spread> rate = drawn.stream()
                        .filter(row -> set(row).equals(set) && series(row).equals(name))
                        .findFirst().map(row -> row.spread(Round::rate));
                medians.add(rate.map(Spread::median).orElse(0.0));
                // One bar has one length of both of its whiskers: the longer one.
                errors.add(rate.map(spread ->
                        Math.max(spread.most() - spread.median(), spread.median() - spread.least())).orElse(0.0));
            }
            chart.addSeries(name, sets, medians, errors);
        });
        SvgFile.write(chart, file);
    }

    private static String set(Row row) {
        return row.model() + " " + row.pictures();
    }

    private static String series(Row row) {
        return row.way() + (row.parallelism() > 1 ? ", parallelism " + row.parallelism() : "");
    }
}
