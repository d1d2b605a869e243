package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.local.BrokerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures the job against the bare loop of decoder and network inside it, and against a program without Flink: all in
 * one process, with the same pictures, taking turns in every round.
 */
public final class Benchmark {

    /** The load at which latency is measured, as a share of the maximum throughput. */
    private static final double LOAD = 0.5;

    private static final int MIN_LATENCY_PICTURES = 50;

    private final Settings settings;
    private final Consumer<String> progress;
    private final List<Row> rows = new ArrayList<>();
    private double lingerMillis;

    /**
     * What is measured.
     *
     * @param jobFile the job; its topics and addresses are replaced by the benchmark's
     * @param models measured one after the other
     * @param images the folder of the photographs
     * @param sizes sizes to scale them to; empty to use the files unchanged
     * @param effort its seconds are those of the bare loop
     * @param latencySeconds approximate duration of the steady load
     */
    public record Settings(Path jobFile, List<ModelBundle> models, Path images, List<Size> sizes, Turns.Effort effort,
            double latencySeconds) {

        public Settings {
            Objects.requireNonNull(jobFile, "jobFile");
            Objects.requireNonNull(images, "images");
            Objects.requireNonNull(effort, "effort");
            models = List.copyOf(models);
            sizes = List.copyOf(sizes);
            if (models.isEmpty()) {
                throw new IllegalArgumentException("There must be at least one model");
            }
            if (!(latencySeconds > 0)) {
                throw new IllegalArgumentException("The steady load must last more than 0 s, not " + latencySeconds);
            }
        }
    }

    private Benchmark(Settings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Runs the benchmark.
     *
     * @param progress receives each step
     * @throws IOException if the pictures or a model cannot be read
     * @throws ToolException if a contender stops making progress
     */
    public static BenchReport run(Settings settings, Consumer<String> progress)
            throws IOException, InterruptedException {
        return new Benchmark(settings, progress).run();
    }

    private BenchReport run() throws IOException, InterruptedException {
        progress.accept("Preparing the pictures of " + settings.images());
        List<PictureSet> sets = settings.sizes().isEmpty()
                ? List.of(PictureSet.asTheyAre(settings.images()))
                : PictureSet.scaled(settings.images(), settings.sizes(), progress);
        int maxBytes = sets.stream().mapToInt(PictureSet::maxBytes).max().orElseThrow();
        progress.accept("Starting a Kafka broker in a process of its own");
        try (BenchEnvironment environment = new BenchEnvironment(maxBytes)) {
            for (int i = 0; i < settings.models().size(); i++) {
                measure(environment.broker(), settings.models().get(i), sets, maxBytes, i);
            }
            return new BenchReport(environment.describe(settings.effort(), settings.models()),
                    BenchEnvironment.processors(), lingerMillis, rows);
        }
    }

    private void measure(BrokerProcess broker, ModelBundle model, List<PictureSet> sets, int maxBytes, int number)
            throws IOException, InterruptedException {
        progress.accept(model.name() + ": starting a Flink cluster, the jobs, and the consumer loop");
        try (Contenders contenders = Contenders.start(broker, settings.jobFile(), model, maxBytes, number)) {
            lingerMillis = contenders.lingerMillis();
            contenders.warmUpJobs(settings.effort(), step -> progress.accept(model.name() + ": " + step));
            for (PictureSet pictures : sets) {
                measure(contenders.all(), model.name(), pictures);
            }
        }
    }

    private void measure(List<Contender> contenders, String model, PictureSet pictures) throws InterruptedException {
        String what = model + ", " + pictures.name() + ": ";
        Turns turns = new Turns(
                contenders.stream().map(each -> new Turns.Turn(each.name(), each, pictures)).toList(),
                settings.effort(), Turns.Pace.FIRST, step -> progress.accept(what + step));
        Optional<WarmUp> warmUp = Optional.of(turns.warmUp());
        List<Map<String, List<Round>>> rounds = turns.rounds();
        List<Row> measured = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            Contender contender = contenders.get(i);
            Optional<Latency> latency = latency(contender, what, pictures, rounds.get(i));
            rounds.get(i).forEach((way, results) -> measured.add(new Row(model, pictures.name(), pictures.meanBytes(),
                    way, contender.parallelism(), results, warmUp, latency)));
        }
        measured.stream().sorted(Row.ORDER).forEach(rows::add);
    }

    /** Only of the job, at parallelism 1. */
    private Optional<Latency> latency(Contender contender, String what, PictureSet pictures,
            Map<String, List<Round>> rounds) throws InterruptedException {
        if (!(contender instanceof BrokerLoop loop) || !loop.isJob() || loop.parallelism() != 1) {
            return Optional.empty();
        }
        double rate = LOAD * Spread.of(rounds.get(Row.JOB).stream().map(Round::rate).toList()).median();
        int count = settings.effort().pictures().orElseGet(
                () -> Math.max(MIN_LATENCY_PICTURES, (int) (rate * settings.latencySeconds())));
        progress.accept(String.format(Locale.ROOT, "%sthe job's latency at %.1f pictures per second, %d of them",
                what, rate, count));
        return Optional.of(loop.latency(pictures, count, rate));
    }
}
