package io.flinkvision.tools.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Pictures a second and the processors' milliseconds a picture along one dimension, with the spread of the rounds.
 *
 * @param report what is drawn of it
 */
public record GrowthPlot(GrowthReport report) {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 420;
    private static final int RIGHT = 1;

    /** The right axis is longer than needed, or else two level lines would lie on each other. */
    private static final double ROOM = 1.6;

    /** Writes the dimension's points as SVG; it must have some. */
    public void write(Dimension dimension, Path file) throws IOException {
        List<GrowthPoint> points = report.points(dimension);
        if (points.isEmpty()) {
            throw new BenchException("The report has nothing to draw along " + dimension);
        }
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT)
                .title("The job by " + dimension.axis()).xAxisTitle(xAxis(dimension))
                .yAxisTitle("pictures a second").build();
        chart.setYAxisGroupTitle(RIGHT, "processor ms a picture");
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
        // Or else the lines would lie beside each other, each off its place.
        chart.getStyler().setOverlapped(true);
        chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
        chart.getStyler().setYAxisGroupPosition(RIGHT, YAxisPosition.Right);
        chart.getStyler().setYAxisMin(0, 0.0).setYAxisMin(RIGHT, 0.0);
        double most = points.stream().mapToDouble(point -> point.processorMillis().most()).max().orElseThrow();
        chart.getStyler().setYAxisMax(RIGHT, ROOM * most);
        add(chart, points, "pictures a second", GrowthPoint::rate);
        add(chart, points, "processor ms a picture (right)", GrowthPoint::processorMillis).setYAxisGroup(RIGHT);
        points.stream().filter(point -> dimension == Dimension.PARALLELISM && point.row().parallelism() == 1)
                .findFirst().ifPresent(single -> addIdeal(chart, points, single.rate().median()));
        SvgFile.write(chart, file);
    }

    private String xAxis(Dimension dimension) {
        return dimension == Dimension.PARALLELISM
                ? dimension.axis() + " (the machine has " + report.processors() + " processors)"
                : dimension.axis();
    }

    private static CategorySeries add(
            CategoryChart chart, List<GrowthPoint> points, String name, Function<GrowthPoint, Spread> figure) {
        List<Spread> spreads = points.stream().map(figure).toList();
        return chart.addSeries(name, points.stream().map(GrowthPoint::at).toList(),
                spreads.stream().map(Spread::median).toList(),
                // A point has one length of both of its whiskers: the longer one.
                spreads.stream().map(spread ->
                        Math.max(spread.most() - spread.median(), spread.median() - spread.least())).toList());
    }

    /** It bends where the machine has no more processors. */
    private void addIdeal(CategoryChart chart, List<GrowthPoint> points, double single) {
        chart.addSeries("a processor each, of " + report.processors(),
                        points.stream().map(GrowthPoint::at).toList(),
                        points.stream().map(point -> single * Math.min(point.row().parallelism(), report.processors()))
                                .toList())
                .setMarker(SeriesMarkers.NONE);
    }
}
