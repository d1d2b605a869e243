package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.bench.BenchReport;
import io.flinkvision.tools.bench.Benchmark;
import io.flinkvision.tools.bench.Plots;
import io.flinkvision.tools.bench.Round;
import io.flinkvision.tools.bench.Row;
import io.flinkvision.tools.bench.Size;
import io.flinkvision.tools.bench.Turns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code vision bench}: the job's speed relative to the bare loop and to a program without Flink. */
@Command(
        name = "bench",
        description = {
            "Measure the job on this machine, broker to broker, against the bare loop of decoder and network inside it"
                + " on as many threads, its stages, and a plain consumer loop without Flink. All get the same pictures"
                + " and take turns in every round.",
            "docs/performance.md describes the method and the ratios."
        },
        footer = {"", "Exit status: 0 if all pictures were labelled, whether the targets are met or not, 1 if one was"
            + " not, 2 on wrong usage."})
final class BenchCommand extends VisionCommand implements Callable<Integer> {

    private static final int DEFAULT_ROUNDS = 7;
    private static final int DEFAULT_WARM_UP = 300;
    private static final double DEFAULT_SECONDS = 3;
    private static final double DEFAULT_LATENCY_SECONDS = 20;

    private static final int QUICK_ROUNDS = 3;
    private static final int QUICK_WARM_UP = 150;
    private static final double QUICK_SECONDS = 1;
    private static final double QUICK_LATENCY_SECONDS = 5;
    private static final List<Size> QUICK_SIZES = List.of(new Size(640, 480), new Size(1280, 720));

    private static final String ROW = "  %-18s %2s  %24s  %22s  %9s  %9s  %9s";
    private static final String RATIO = "  %-60s  %22s  %-14s  %s";

    @Option(names = "--quick", description = "Fewer and shorter rounds, and pictures of 640x480 and 1280x720 only.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N",
            description = "Number of rounds, in each of which everything has one turn (default: " + DEFAULT_ROUNDS
                    + ", " + QUICK_ROUNDS + " with --quick).")
    private Optional<Integer> rounds;

    @Option(names = "--pictures", paramLabel = "N",
            description = "Pictures per turn (default: as many as the bare loop does in " + DEFAULT_SECONDS + " s, "
                    + QUICK_SECONDS + " s with --quick).")
    private Optional<Integer> pictures;

    @Option(names = "--warm-up", paramLabel = "N",
            description = "Pictures before the first round (default: " + DEFAULT_WARM_UP + ", " + QUICK_WARM_UP
                    + " with --quick). Unreported rounds follow, until no contender gets faster, at most as many as"
                    + " --rounds.")
    private Optional<Integer> warmUp;

    @Option(names = "--model", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models. May be repeated"
                    + " (default: ${DEFAULT-VALUE}).")
    private List<String> models;

    @Option(names = "--images", paramLabel = "DIR",
            description = "A folder of photographs (default: those of the model that comes with the project).")
    private Optional<Path> images = Optional.empty();

    @Option(names = "--as-they-are", description = "Use the files of the folder unchanged, without scaling.")
    private boolean asTheyAre;

    @Option(names = "--sizes", paramLabel = "WxH", split = ",",
            description = "Sizes to scale the photographs to, each as JPEG of quality 85 and as PNG (default:"
                    + " 640x480,1280x720,1920x1080).")
    private List<Size> sizes = List.of();

    @Option(names = "--add", paramLabel = "FILE",
            description = "A report in JSON whose rows are shown with these. May be repeated.")
    private List<Path> added = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Also write every round to a file, as JSON.")
    private Optional<Path> json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Also plot the pictures per second to a file, as SVG.")
    private Optional<Path> svg;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Benchmark.Settings settings = settings();
        List<BenchReport> others = new ArrayList<>();
        for (Path file : added) {
            others.add(BenchReport.read(file));
        }
        BenchReport report = Benchmark.run(settings, this::log);
        for (BenchReport other : others) {
            report = report.with(other.rows());
        }
        lines(report).forEach(out()::println);
        out().flush();
        if (json.isPresent()) {
            report.write(json.get());
        }
        if (svg.isPresent()) {
            Plots.write(report, svg.get());
        }
        return report.isEverythingLabelled() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Benchmark.Settings settings() {
        if (asTheyAre && !sizes.isEmpty()) {
            throw wrongUse("--as-they-are and --sizes exclude each other");
        }
        List<ModelBundle> bundles = models.stream().map(this::model).toList();
        Path folder = imagesFolder(images.orElseGet(() -> ProjectHome.current().photographs()));
        try {
            return new Benchmark.Settings(ProjectHome.current().classifyJob(), bundles, folder, wantedSizes(),
                    effort(), quick ? QUICK_LATENCY_SECONDS : DEFAULT_LATENCY_SECONDS);
        } catch (IllegalArgumentException e) {
            throw wrongUse(e.getMessage());
        }
    }

    private List<Size> wantedSizes() {
        if (asTheyAre) {
            return List.of();
        }
        if (!sizes.isEmpty()) {
            return sizes;
        }
        return quick ? QUICK_SIZES : List.of(new Size(640, 480), new Size(1280, 720), new Size(1920, 1080));
    }

    private Turns.Effort effort() {
        return new Turns.Effort(rounds.orElse(quick ? QUICK_ROUNDS : DEFAULT_ROUNDS),
                warmUp.orElse(quick ? QUICK_WARM_UP : DEFAULT_WARM_UP),
                pictures.map(OptionalInt::of).orElse(OptionalInt.empty()), quick ? QUICK_SECONDS : DEFAULT_SECONDS);
    }

    static List<String> lines(BenchReport report) {
        List<String> lines = new ArrayList<>();
        report.environment().forEach((name, value) -> lines.add(name + ": " + value));
        List<List<String>> sets = report.rows().stream()
                .map(row -> List.of(row.model(), row.pictures())).distinct().toList();
        for (List<String> set : sets) {
            addSet(report, set.get(0), set.get(1), lines);
        }
        if (!report.isEverythingLabelled()) {
            lines.add("");
            report.rows().stream().filter(row -> !row.isEverythingLabelled()).forEach(row ->
                    lines.add(row.model() + ", " + row.pictures() + ", " + row.way() + ": " + row.labelledText()));
        }
        return lines;
    }

    private static void addSet(BenchReport report, String model, String pictures, List<String> lines) {
        List<Row> rows = report.rows().stream()
                .filter(row -> row.model().equals(model) && row.pictures().equals(pictures)).toList();
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%s, %s, %.0f kB per picture", model, pictures,
                rows.get(0).pictureBytes() / 1e3));
        lines.add(String.format(Locale.ROOT, ROW, "", "p", "pictures/s", "CPU ms per picture",
                "broker ms", "Java kB", "peak MB"));
        rows.forEach(row -> lines.add(line(row)));
        rows.stream().flatMap(row -> row.warmUp().stream()).distinct()
                .forEach(warmUp -> warmUp.toLines().forEach(line -> lines.add("  " + line)));
        rows.forEach(row -> row.latency().ifPresent(latency -> lines.add(String.format(Locale.ROOT,
                "  latency of the %s at %.1f pictures/s: p50 %.1f ms, p99 %.1f ms (%d pictures)", row.way(),
                latency.rate(), latency.p50Millis(), latency.p99Millis(), latency.pictures()))));
        report.ratios().stream()
                .filter(ratio -> ratio.model().equals(model) && ratio.pictures().equals(pictures))
                .forEach(ratio -> lines.add(line(ratio)));
    }

    private static String line(Row row) {
        return String.format(Locale.ROOT, ROW, row.way(), row.parallelism(), row.rate().toText("%.1f"),
                row.processorMillis().toText("%.2f"),
                number(row.spread(round -> 1e3 * round.brokerSeconds() / round.pictures()).median(), "%.2f"),
                number(row.spread(Round::allocatedBytesPerPicture).median() / 1e3, "%.1f"),
                megabytes(row.peakResidentBytes()));
    }

    private static String line(BenchReport.Ratio ratio) {
        return String.format(Locale.ROOT, RATIO, ratio.name(), ratio.value().toText("%.2f"),
                ratio.target().map(target -> target.bound() + " " + target.value()).orElse(""),
                ratio.target().map(target -> target.isMetBy(ratio.value()) ? "met" : "NOT MET").orElse(""))
                .stripTrailing();
    }

    private static String megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? number(bytes.getAsLong() / 1e6, "%.0f") : "-";
    }

    private static String number(double value, String format) {
        return String.format(Locale.ROOT, format, value);
    }
}
