package io.flinkvision.tools.cli;

import io.flinkvision.tools.bench.BenchReport;
import io.flinkvision.tools.bench.Ratio;
import io.flinkvision.tools.bench.Round;
import io.flinkvision.tools.bench.Row;
import io.flinkvision.tools.bench.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What {@code vision bench} measured, for people to read. */
final class BenchText {

    private static final String ROW = "  %-18s %2s  %24s  %22s  %9s  %9s  %9s";
    private static final String RATIO = "  %-50s  %22s  %-14s  %s";

    private BenchText() {}

    static List<String> lines(BenchReport report) {
        List<String> lines = new ArrayList<>();
        report.environment().forEach((name, value) -> lines.add(name + ": " + value));
        List<List<String>> sets = report.rows().stream()
                .map(row -> List.of(row.model(), row.pictures())).distinct().toList();
        for (List<String> set : sets) {
            addSet(report, set.get(0), set.get(1), lines);
        }
        if (!report.everythingLabelled()) {
            lines.add("");
            report.rows().stream().filter(row -> row.totalLabelled() < row.totalPictures())
                    .forEach(row -> lines.add(row.model() + ", " + row.pictures() + ", " + row.way() + ": ONLY "
                            + row.totalLabelled() + " of " + row.totalPictures() + " pictures got labels"));
        }
        return lines;
    }

    private static void addSet(BenchReport report, String model, String pictures, List<String> lines) {
        List<Row> rows = report.rows().stream()
                .filter(row -> row.model().equals(model) && row.pictures().equals(pictures)).toList();
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%s, %s, %.0f kB a picture", model, pictures,
                rows.get(0).pictureBytes() / 1e3));
        lines.add(String.format(Locale.ROOT, ROW, "", "p", "pictures a second", "processor ms a picture",
                "broker ms", "Java kB", "peak MB"));
        rows.forEach(row -> lines.add(line(row)));
        rows.forEach(row -> row.latency().ifPresent(latency -> lines.add(String.format(Locale.ROOT,
                "  latency of the %s at %.1f pictures a second: p50 %.1f ms, p99 %.1f ms (%d pictures)", row.way(),
                latency.rate(), latency.p50Millis(), latency.p99Millis(), latency.pictures()))));
        report.ratios().stream()
                .filter(ratio -> ratio.model().equals(model) && ratio.pictures().equals(pictures))
                .forEach(ratio -> lines.add(line(ratio)));
    }

    private static String line(Row row) {
        return String.format(Locale.ROOT, ROW, row.way(), row.parallelism(), text(row.spread(Round::rate), "%.1f"),
                text(row.spread(round -> 1e3 * round.processorSecondsAPicture()), "%.2f"),
                number(row.spread(round -> 1e3 * round.brokerSeconds() / round.pictures()).median(), "%.2f"),
                number(row.spread(Round::allocatedBytesAPicture).median() / 1e3, "%.1f"),
                megabytes(row.peakResidentBytes()));
    }

    private static String line(Ratio ratio) {
        return String.format(Locale.ROOT, RATIO, ratio.name(), text(ratio.value(), "%.2f"),
                ratio.bound() + " " + ratio.target(), ratio.met() ? "met" : "NOT MET");
    }

    private static String megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? number(bytes.getAsLong() / 1e6, "%.0f") : "-";
    }

    /** The median, and in brackets the least and the most. */
    static String text(Spread spread, String format) {
        return number(spread.median(), format) + " (" + number(spread.least(), format) + " to "
                + number(spread.most(), format) + ")";
    }

    private static String number(double value, String format) {
        return String.format(Locale.ROOT, format, value);
    }
}
