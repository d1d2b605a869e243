package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.bench.BenchJson;
import io.flinkvision.tools.bench.BenchPlot;
import io.flinkvision.tools.bench.BenchReport;
import io.flinkvision.tools.bench.Benchmark;
import io.flinkvision.tools.bench.Effort;
import io.flinkvision.tools.bench.Size;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vision bench}: how fast the job is, against the bare loop and against what needs no Flink. */
@Command(
        name = "bench",
        description = {
            "Measure the job on this machine, broker to broker, against the bare loop of decoder and network inside it,"
                + " its stages, and a plain consumer loop without Flink: with the same pictures, one after the other in"
                + " each round.",
            "docs/performance.md tells how it measures, and what the ratios mean."
        },
        footer = {"", "Exits with 0 when all pictures were labelled, whether the targets are met or not; 1 when one was"
            + " not, 2 when it was called wrongly."})
final class BenchCommand implements Callable<Integer> {

    private static final int ROUNDS = 7;
    private static final int WARM_UP = 300;
    private static final double SECONDS = 3;
    private static final double LATENCY_SECONDS = 20;

    private static final int QUICK_ROUNDS = 3;
    private static final int QUICK_WARM_UP = 150;
    private static final double QUICK_SECONDS = 1;
    private static final double QUICK_LATENCY_SECONDS = 5;
    private static final List<Size> QUICK_SIZES = List.of(new Size(640, 480), new Size(1280, 720));

    @Option(names = "--quick", description = "Fewer and shorter rounds, and pictures of 640x480 and 1280x720 only.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N",
            description = "How often everything has its turn (default: " + ROUNDS + ", " + QUICK_ROUNDS
                    + " with --quick).")
    private Optional<Integer> rounds;

    @Option(names = "--pictures", paramLabel = "N",
            description = "Pictures a round (default: as many as the bare loop does in " + SECONDS + " s, "
                    + QUICK_SECONDS + " s with --quick).")
    private Optional<Integer> pictures;

    @Option(names = "--warm-up", paramLabel = "N",
            description = "Pictures before the first round, again until Java's compiler is done (default: " + WARM_UP
                    + ", " + QUICK_WARM_UP + " with --quick).")
    private Optional<Integer> warmUp;

    @Option(names = "--model", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models; may be given again"
                    + " (default: ${DEFAULT-VALUE}).")
    private List<String> models;

    @Mixin
    private PhotographArguments photographs;

    @Option(names = "--as-they-are", description = "Take the files of the folder as they are, at one size each.")
    private boolean asTheyAre;

    @Option(names = "--sizes", paramLabel = "WxH", split = ",", converter = SizeConverter.class,
            description = "Sizes to which the photographs are scaled, each as JPEG of quality 85 and as PNG (default:"
                    + " 640x480,1280x720,1920x1080).")
    private List<Size> sizes = List.of();

    @Option(names = "--add", paramLabel = "FILE",
            description = "A report in JSON, whose rows are shown with these; may be given again.")
    private List<Path> added = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Write all that was measured to a file too, as JSON.")
    private Optional<Path> json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw the pictures a second into a file.")
    private Optional<Path> svg;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Benchmark.Settings settings = settings();
        List<BenchReport> others = new ArrayList<>();
        for (Path file : added) {
            others.add(BenchJson.read(file));
        }
        BenchReport report = Benchmark.run(settings, new StepLines(spec.commandLine().getErr()));
        for (BenchReport other : others) {
            report = report.with(other.rows());
        }
        PrintWriter out = spec.commandLine().getOut();
        BenchText.lines(report).forEach(out::println);
        out.flush();
        if (json.isPresent()) {
            BenchJson.write(report, json.get());
        }
        if (svg.isPresent()) {
            new BenchPlot(report).write(svg.get());
        }
        return report.everythingLabelled() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Benchmark.Settings settings() {
        if (asTheyAre && !sizes.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--as-they-are and --sizes exclude each other");
        }
        List<ModelBundle> bundles = models.stream()
                .map(name -> new ModelArgument(name).read(spec.commandLine())).toList();
        Path folder = photographs.folder();
        try {
            return new Benchmark.Settings(ProjectHome.current().classifyJob(), bundles, folder, wantedSizes(),
                    effort(), quick ? QUICK_LATENCY_SECONDS : LATENCY_SECONDS);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
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

    private Effort effort() {
        return new Effort(rounds.orElse(quick ? QUICK_ROUNDS : ROUNDS), warmUp.orElse(quick ? QUICK_WARM_UP : WARM_UP),
                pictures.map(OptionalInt::of).orElse(OptionalInt.empty()), quick ? QUICK_SECONDS : SECONDS);
    }
}
