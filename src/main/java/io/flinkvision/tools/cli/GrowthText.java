package io.flinkvision.tools.cli;

import io.flinkvision.tools.bench.Dimension;
import io.flinkvision.tools.bench.GrowthPoint;
import io.flinkvision.tools.bench.GrowthReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code vision growth} measured, for people to read. */
final class GrowthText {

    private static final String POINT = "  %-28s  %26s  %24s  %s";

    private GrowthText() {}

    static List<String> lines(GrowthReport report) {
        List<String> lines = new ArrayList<>();
        report.environment().forEach((name, value) -> lines.add(name + ": " + value));
        for (Dimension dimension : report.dimensions()) {
            lines.add("");
            lines.add(String.format(Locale.ROOT, POINT, dimension, "pictures a second", "processor ms a picture",
                    dimension == Dimension.PARALLELISM ? "efficiency" : "").stripTrailing());
            report.points(dimension).forEach(point -> lines.add(line(report, point)));
        }
        report.points().stream().filter(point -> point.row().totalLabelled() < point.row().totalPictures())
                .forEach(point -> lines.add(point.dimension() + " " + point.at() + ": ONLY "
                        + point.row().totalLabelled() + " of " + point.row().totalPictures()
                        + " pictures got labels"));
        return lines;
    }

    private static String line(GrowthReport report, GrowthPoint point) {
        return String.format(Locale.ROOT, POINT, point.at(), BenchText.text(point.rate(), "%.1f"),
                BenchText.text(point.processorMillis(), "%.2f"),
                report.efficiency(point).map(spread -> BenchText.text(spread, "%.2f")).orElse("")).stripTrailing();
    }
}
