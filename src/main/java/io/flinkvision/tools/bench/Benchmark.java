package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.local.BrokerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures the job against the bare loop that is inside it, and against what one would write without Flink: side by
 * side in one process, each with the same pictures, one after the other in each round.
 */
public final class Benchmark {

    /** The share of what the job can do at most, at which its latency is measured. */
    private static final double LOAD = 0.5;

    private static final int FEWEST_FOR_LATENCY = 50;

    private final Settings settings;
    private final Consumer<String> progress;
    private final List<Row> rows = new ArrayList<>();
    private double lingerMillis;

    /**
     * What is measured.
     *
     * @param jobFile the job; its topics and addresses are the benchmark's own
     * @param models one after the other
     * @param images the folder of the photographs
     * @param sizes to which they are scaled; empty to take the files as they are
     * @param effort how long; a turn has as many pictures as the bare loop does in its seconds
     * @param latencySeconds for which the even load lasts, about
     */
    public record Settings(Path jobFile, List<ModelBundle> models, Path images, List<Size> sizes, Effort effort,
            double latencySeconds) {

        public Settings {
            Objects.requireNonNull(jobFile, "jobFile");
            Objects.requireNonNull(images, "images");
            Objects.requireNonNull(effort, "effort");
            models = List.copyOf(models);
            sizes = List.copyOf(sizes);
            if (models.isEmpty()) {
                throw new IllegalArgumentException("No models");
            }
            if (!(latencySeconds > 0)) {
                throw new IllegalArgumentException("An even load of " + latencySeconds + " s");
            }
        }
    }

    private Benchmark(Settings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Runs it to the end.
     *
     * @param progress is told what is being done
     * @throws IOException if the pictures or a model cannot be read
     * @throws BenchException if something that is measured does not go on
     */
    public static BenchReport run(Settings settings, Consumer<String> progress)
            throws IOException, InterruptedException {
        return new Benchmark(settings, progress).run();
    }

    private BenchReport run() throws IOException, InterruptedException {
        progress.accept("Preparing the pictures of " + settings.images());
        Photographs photographs = Photographs.in(settings.images());
        List<PictureSet> sets = settings.sizes().isEmpty()
                ? List.of(photographs.asTheyAre())
                : photographs.scaled(settings.sizes(), progress);
        int largest = sets.stream().mapToInt(PictureSet::largestBytes).max().orElseThrow();
        progress.accept("Starting a Kafka broker in a process of its own");
        BenchEnvironment environment = new BenchEnvironment();
        try (BrokerProcess broker = BenchEnvironment.startBroker()) {
            for (int i = 0; i < settings.models().size(); i++) {
                measure(broker, settings.models().get(i), sets, largest, i);
            }
            return new BenchReport(environment.describe(broker, settings.effort(), settings.models()),
                    BenchEnvironment.processors(), lingerMillis, rows);
        }
    }

    private void measure(BrokerProcess broker, ModelBundle model, List<PictureSet> sets, int largest, int number)
            throws IOException, InterruptedException {
        progress.accept(model.name() + ": starting a Flink cluster, the jobs, and the consumer loop");
        try (Contenders contenders = Contenders.start(broker, settings.jobFile(), model, largest, number)) {
            lingerMillis = contenders.lingerMillis();
            for (PictureSet pictures : sets) {
                measure(contenders.all(), model.name(), pictures);
            }
        }
    }

    private void measure(List<Contender> contenders, String model, PictureSet pictures) throws InterruptedException {
        String what = model + ", " + pictures.name() + ": ";
        Turns turns = new Turns(contenders.stream().map(contender -> new Turns.Turn(contender, pictures)).toList(),
                settings.effort(), step -> progress.accept(what + step));
        double bareLoop = turns.warmUp().get(0).get(Row.BARE_LOOP).rate();
        List<Map<String, List<Round>>> rounds =
                turns.rounds(Collections.nCopies(contenders.size(), settings.effort().pictures(bareLoop)));
        for (int i = 0; i < contenders.size(); i++) {
            Contender contender = contenders.get(i);
            Optional<Latency> latency = latency(contender, what, pictures, rounds.get(i));
            rounds.get(i).forEach((way, results) -> rows.add(new Row(
                    model, pictures.name(), pictures.meanBytes(), way, contender.parallelism(), results, latency)));
        }
    }

    /** Of the job at a parallelism of 1; of everything else nobody has asked. */
    private Optional<Latency> latency(Contender contender, String what, PictureSet pictures,
            Map<String, List<Round>> rounds) throws InterruptedException {
        if (!(contender instanceof BrokerLoop loop) || !loop.way().equals(Row.JOB) || loop.parallelism() != 1) {
            return Optional.empty();
        }
        double rate = LOAD * Spread.of(rounds.get(Row.JOB).stream().map(Round::rate).toList()).median();
        int count = settings.effort().pictures().orElseGet(
                () -> Math.max(FEWEST_FOR_LATENCY, (int) (rate * settings.latencySeconds())));
        progress.accept(String.format(Locale.ROOT, "%sthe job's latency at %.1f pictures a second, %d of them",
                what, rate, count));
        return Optional.of(loop.latency(pictures, count, rate));
    }
}
