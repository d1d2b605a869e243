package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.bench.Dimension;
import io.flinkvision.tools.bench.Effort;
import io.flinkvision.tools.bench.Growth;
import io.flinkvision.tools.bench.GrowthJson;
import io.flinkvision.tools.bench.GrowthPlot;
import io.flinkvision.tools.bench.GrowthReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision growth}: how the job's speed and cost grow with what it is given. */
@Command(
        name = "growth",
        description = {
            "Measure on this machine how the job's pictures a second and its processors' time a picture grow, broker"
                + " to broker: with the size of the pictures, the parallelism, the cameras, the partitions, the labels"
                + " of a picture and the model. Of each, jobs that differ in nothing else take turns.",
            "docs/performance.md tells how it measures."
        },
        footer = {"", "Exits with 0 when all pictures were labelled, 1 when one was not, 2 when it was called"
            + " wrongly."})
final class GrowthCommand implements Callable<Integer> {

    private static final double SECONDS = 2;

    @Parameters(paramLabel = "DIR",
            description = "The folder for growth.json and a plot of each dimension, growth-NAME.svg; made where it is"
                    + " missing.")
    private Path folder;

    @Option(names = "--only", paramLabel = "NAME", split = ",", converter = DimensionConverter.class,
            description = "Of size, parallelism, cameras, partitions, top-k and model only these (default: all).")
    private List<Dimension> only = List.of(Dimension.values());

    @Option(names = "--cameras", paramLabel = "N", split = ",", defaultValue = "1,10,100,1000,10000",
            description = "The numbers of cameras (default: ${DEFAULT-VALUE}).")
    private List<Integer> cameras;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3",
            description = "How often everything has its turn (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--pictures", paramLabel = "N",
            description = "Pictures a turn (default: as many as the job does in " + SECONDS + " s).")
    private Optional<Integer> pictures;

    @Option(names = "--warm-up", paramLabel = "N", defaultValue = "100",
            description = "Pictures before the first round, again until Java's compiler is done (default:"
                    + " ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--model", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models; may be given again, for the plot of the"
                    + " models (default: ${DEFAULT-VALUE}).")
    private List<String> models;

    @Mixin
    private PhotographArguments photographs;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Growth.Settings settings = settings();
        Files.createDirectories(folder);
        GrowthReport report = Growth.run(settings, new StepLines(spec.commandLine().getErr()));
        GrowthJson.write(report, folder.resolve("growth.json"));
        for (Dimension dimension : report.dimensions()) {
            new GrowthPlot(report).write(dimension, folder.resolve("growth-" + dimension + ".svg"));
        }
        PrintWriter out = spec.commandLine().getOut();
        GrowthText.lines(report).forEach(out::println);
        out.flush();
        return report.everythingLabelled() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Growth.Settings settings() {
        List<ModelBundle> bundles = models.stream()
                .map(name -> new ModelArgument(name).read(spec.commandLine())).toList();
        Path jobFile = ProjectHome.current().classifyJob();
        try {
            return new Growth.Settings(jobFile, bundles, photographs.folder(), only, cameras, new Effort(rounds,
                    warmUp, pictures.map(OptionalInt::of).orElse(OptionalInt.empty()), SECONDS));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
