package io.flinkvision.bench;

import io.flinkvision.image.OpenCvLibrary;
import io.flinkvision.inference.OnnxRuntimeSession;
import io.flinkvision.local.BrokerProcess;
import io.flinkvision.model.ModelBundle;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * Measures the job against the bare loop that is inside it, and against what one would write without Flink: side by
 * side in one process, each with the same pictures, one after the other in each round.
 */
public final class Benchmark {

    /** The share of what the job can do at most, at which its latency is measured. */
    private static final double LOAD = 0.5;

    private static final Map<String, String> BROKER = Map.of(
            "socket.request.max.bytes", Integer.toString(Integer.MAX_VALUE),
            // All processors are busy, so that its controller may not hear of it in time.
            "broker.session.timeout.ms", "60000");

    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

    /** The share of the compiler's threads in the time of a pass, below which it has no part in what is measured. */
    private static final double COMPILER_IS_DONE = 0.05;
    private static final int MOST_WARM_UPS = 6;

    private static final int FEWEST_PICTURES = 10;
    private static final int FEWEST_FOR_LATENCY = 50;

    private final Settings settings;
    private final Consumer<String> progress;
    private final int processors = Runtime.getRuntime().availableProcessors();
    private final List<Row> rows = new ArrayList<>();
    private double lingerMillis;

    /**
     * What is measured.
     *
     * @param jobFile the job; its topics and addresses are the benchmark's own
     * @param models one after the other
     * @param images the folder of the photographs
     * @param sizes to which they are scaled; empty to take the files as they are
     * @param effort how long
     */
    public record Settings(Path jobFile, List<ModelBundle> models, Path images, List<Size> sizes, Effort effort) {

        public Settings {
            Objects.requireNonNull(jobFile, "jobFile");
            Objects.requireNonNull(images, "images");
            Objects.requireNonNull(effort, "effort");
            models = List.copyOf(models);
            sizes = List.copyOf(sizes);
            if (models.isEmpty()) {
                throw new IllegalArgumentException("No models");
            }
        }
    }

    /**
     * How much is done.
     *
     * @param rounds how often everything has its turn
     * @param warmUp pictures that each gets before the first round, again and again until Java's compiler is done
     * @param pictures that each gets in a round; empty for as many as the bare loop does in {@code seconds}
     * @param seconds that a round of the bare loop takes, about
     * @param latencySeconds for which the even load lasts, about
     */
    public record Effort(int rounds, int warmUp, OptionalInt pictures, double seconds, double latencySeconds) {

        public Effort {
            if (rounds < 1 || warmUp < 1 || pictures.orElse(1) < 1 || !(seconds > 0) || !(latencySeconds > 0)) {
                throw new IllegalArgumentException(rounds + " rounds of " + pictures + " pictures, or " + seconds
                        + " s, after " + warmUp + " to warm up, and " + latencySeconds + " s of an even load");
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
        long start = System.nanoTime();
        OptionalDouble busy = Machine.busySeconds();
        long own = Meter.processNanos();
        try (BrokerProcess broker = BrokerProcess.start(BROKER)) {
            for (int i = 0; i < settings.models().size(); i++) {
                measure(broker, settings.models().get(i), sets, largest, i);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            double ours = (Meter.processNanos() - own + broker.processorTime().toNanos()) / 1e9;
            OptionalDouble others = busy.isPresent()
                    ? OptionalDouble.of(Math.max(
                            0, (Machine.busySeconds().orElseThrow() - busy.getAsDouble() - ours) / seconds))
                    : busy;
            return new BenchReport(environment(others), processors, lingerMillis, rows);
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
        Effort effort = settings.effort();
        warmUp(contenders, what, pictures);
        int count = effort.pictures().isPresent()
                ? effort.pictures().getAsInt()
                : pictures(contenders.get(0).run(pictures, effort.warmUp()).get(Row.BARE_LOOP).rate());
        Map<Contender, Map<String, List<Round>>> rounds = new LinkedHashMap<>();
        contenders.forEach(contender -> rounds.put(contender, new LinkedHashMap<>()));
        for (int round = 0; round < effort.rounds(); round++) {
            progress.accept(what + "round " + (round + 1) + " of " + effort.rounds() + ", " + count + " pictures each");
            for (int i = 0; i < contenders.size(); i++) {
                // Nobody is always the one who comes after the same other.
                Contender contender = contenders.get((round + i) % contenders.size());
                contender.run(pictures, count).forEach((way, result) ->
                        rounds.get(contender).computeIfAbsent(way, name -> new ArrayList<>()).add(result));
            }
        }
        for (Contender contender : contenders) {
            Optional<Latency> latency = latency(contender, what, pictures, rounds.get(contender));
            rounds.get(contender).forEach((way, results) -> rows.add(new Row(
                    model, pictures.name(), pictures.meanBytes(), way, contender.parallelism(), results, latency)));
        }
    }

    /** Until Java's compiler is done, whose time would be in the turns of whoever has one. */
    private void warmUp(List<Contender> contenders, String what, PictureSet pictures) throws InterruptedException {
        for (int pass = 1; pass <= MOST_WARM_UPS; pass++) {
            progress.accept(what + "warming up with " + settings.effort().warmUp() + " pictures each, pass " + pass);
            long start = System.nanoTime();
            long compiled = COMPILER.getTotalCompilationTime();
            for (Contender contender : contenders) {
                contender.run(pictures, settings.effort().warmUp());
            }
            double millis = (System.nanoTime() - start) / 1e6;
            if (COMPILER.getTotalCompilationTime() - compiled < COMPILER_IS_DONE * millis) {
                return;
            }
        }
    }

    private int pictures(double rate) {
        return Math.max(FEWEST_PICTURES, (int) (rate * settings.effort().seconds()));
    }

    /** Of the job at a parallelism of 1; of everything else nobody has asked. */
    private Optional<Latency> latency(Contender contender, String what, PictureSet pictures,
            Map<String, List<Round>> rounds) throws InterruptedException {
        if (!(contender instanceof BrokerLoop loop) || !loop.way().equals(Row.JOB) || loop.parallelism() != 1) {
            return Optional.empty();
        }
        double rate = LOAD * Spread.of(rounds.get(Row.JOB).stream().map(Round::rate).toList()).median();
        int count = settings.effort().pictures().orElseGet(
                () -> Math.max(FEWEST_FOR_LATENCY, (int) (rate * settings.effort().latencySeconds())));
        progress.accept(String.format(Locale.ROOT, "%sthe job's latency at %.1f pictures a second, %d of them",
                what, rate, count));
        return Optional.of(loop.latency(pictures, count, rate));
    }

    private Map<String, String> environment(OptionalDouble others) {
        Effort effort = settings.effort();
        Map<String, String> result = new LinkedHashMap<>();
        result.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        result.put("machine", processors + " processors" + Machine.processorName().map(" "::concat).orElse("") + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        result.put("other work", others.isPresent()
                ? String.format(Locale.ROOT, "%.2f processors were busy with what is not the benchmark's",
                        others.getAsDouble())
                : "not told by this system");
        result.put("versions", "Java " + System.getProperty("java.vm.version") + ", Flink "
                + EnvironmentInformation.getVersion() + ", Kafka " + AppInfoParser.getVersion() + ", OpenCV "
                + OpenCvLibrary.version() + ", ONNX Runtime " + OnnxRuntimeSession.runtimeVersion());
        result.put("rounds", effort.rounds() + ", after " + effort.warmUp() + " pictures each to warm up");
        result.put("models", settings.models().stream()
                .map(model -> model.name() + " (" + model.digest().substring(0, 8) + ")")
                .collect(Collectors.joining(", ")));
        return result;
    }
}
