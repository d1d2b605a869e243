package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.bench.Growth;
import io.flinkvision.tools.bench.GrowthReport.Dimension;
import io.flinkvision.tools.bench.GrowthReport;
import io.flinkvision.tools.bench.Plots;
import io.flinkvision.tools.bench.Spread;
import io.flinkvision.tools.bench.Turns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision growth}: how the job's speed and cost scale. */
@Command(
        name = "growth",
        description = {
            "Measure on this machine how the job's pictures per second and CPU time per picture scale, broker to broker:"
                + " with picture size, parallelism, cameras, partitions, labels per picture, model, heads and regions."
                + " Along each dimension, jobs that differ in nothing else take turns.",
            "docs/performance.md describes the method."
        },
        footer = {"", "Exit status: 0 if all pictures were labelled, 1 if one was not, 2 on wrong usage."})
final class GrowthCommand extends VisionCommand implements Callable<Integer> {

    private static final double SECONDS = 2;
    private static final String POINT = "  %-28s  %26s  %24s  %s";

    @Parameters(paramLabel = "DIR",
            description = "The folder for growth.json and one plot per dimension, growth-NAME.svg; created if missing.")
    private Path folder;

    @Option(names = "--only", paramLabel = "NAME", split = ",",
            description = "Measure only these of size, parallelism, cameras, partitions, top-k, model, heads and regions"
                    + " (default: all).")
    private List<Dimension> only = List.of(Dimension.values());

    @Option(names = "--cameras", paramLabel = "N", split = ",", defaultValue = "1,10,100,1000,10000",
            description = "Numbers of cameras to measure with (default: ${DEFAULT-VALUE}).")
    private List<Integer> cameras;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3",
            description = "Number of rounds, in each of which everything has one turn (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--pictures", paramLabel = "N",
            description = "Pictures per turn (default: as many as the job does in " + SECONDS + " s).")
    private Optional<Integer> pictures;

    @Option(names = "--warm-up", paramLabel = "N", defaultValue = "100",
            description = "Pictures before the first round (default: ${DEFAULT-VALUE}). Unreported rounds follow, until"
                    + " no job gets faster, at most as many as --rounds.")
    private int warmUp;

    @Option(names = "--model", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models. May be repeated, for the plot of the"
                    + " models (default: ${DEFAULT-VALUE}).")
    private List<String> models;

    @Option(names = "--images", paramLabel = "DIR",
            description = "A folder of photographs (default: those of the model that comes with the project).")
    private Optional<Path> images = Optional.empty();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Growth.Settings settings = settings();
        Files.createDirectories(folder);
        GrowthReport report = Growth.run(settings, this::log);
        report.write(folder.resolve("growth.json"));
        for (Dimension dimension : report.dimensions()) {
            Plots.write(report, dimension, folder.resolve("growth-" + dimension + ".svg"));
        }
        lines(report).forEach(out()::println);
        out().flush();
        return report.isEverythingLabelled() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Growth.Settings settings() {
        List<ModelBundle> bundles = models.stream().map(this::model).toList();
        Path photographs = imagesFolder(images.orElseGet(() -> ProjectHome.current().photographs()));
        try {
            return new Growth.Settings(ProjectHome.current().classifyJob(), bundles, photographs, only, cameras,
                    new Turns.Effort(rounds, warmUp, pictures.map(OptionalInt::of).orElse(OptionalInt.empty()),
                            SECONDS));
        } catch (IllegalArgumentException e) {
            throw wrongUse(e.getMessage());
        }
    }

    static List<String> lines(GrowthReport report) {
        List<String> lines = new ArrayList<>();
        report.environment().forEach((name, value) -> lines.add(name + ": " + value));
        for (Dimension dimension : report.dimensions()) {
            lines.add("");
            lines.add(String.format(Locale.ROOT, POINT, dimension, "pictures/s", "CPU ms per picture",
                    lastColumns(dimension)).stripTrailing());
            report.points(dimension).forEach(point -> lines.add(line(report, point)));
            report.points(dimension).stream().flatMap(point -> point.row().warmUp().stream()).distinct()
                    .forEach(warmUp -> warmUp.toLines().forEach(line -> lines.add("  " + line)));
        }
        report.points().forEach(point -> Stream.concat(Stream.of(point.row()), point.bareLoop().stream())
                .filter(row -> !row.isEverythingLabelled()).forEach(row -> lines.add(
                        point.dimension() + " " + point.at() + ", " + row.way() + ": " + row.labelledText())));
        return lines;
    }

    private static String lastColumns(Dimension dimension) {
        return switch (dimension) {
            case PARALLELISM -> bothColumns("efficiency", "job : bare loop, without the broker");
            case HEADS, REGIONS -> "pictures/s : whole pictures";
            default -> "";
        };
    }

    private static String line(GrowthReport report, GrowthReport.Point point) {
        return String.format(Locale.ROOT, POINT, point.at(), point.row().rate().toText("%.1f"),
                point.row().processorMillis().toText("%.2f"),
                lastColumns(report, point)).stripTrailing();
    }

    private static String lastColumns(GrowthReport report, GrowthReport.Point point) {
        return bothColumns(text(report.efficiency(point).or(() -> report.ratioToWhole(point))),
                text(report.ratioToBareLoop(point)));
    }

    private static String bothColumns(String one, String other) {
        return String.format(Locale.ROOT, "%-20s  %s", one, other);
    }

    private static String text(Optional<Spread> spread) {
        return spread.map(it -> it.toText("%.2f")).orElse("");
    }
}
