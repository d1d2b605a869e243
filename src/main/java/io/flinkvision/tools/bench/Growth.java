package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.local.BrokerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures how the job's pictures a second and cost grow: along each dimension some jobs that differ in nothing else,
 * which all run all the time and take turns.
 */
public final class Growth {

    /** What each camera sends first, so that the job knows all of them before the clock starts. */
    private static final Size GREETING = new Size(64, 48);

    /** The job takes a key for a camera when it comes a second time. */
    private static final int GREETINGS = 2;

    private final Settings settings;
    private final Consumer<String> progress;
    private final List<GrowthPoint> points = new ArrayList<>();
    private final Map<Size, PictureSet> pictures = new LinkedHashMap<>();

    /**
     * What is measured.
     *
     * @param jobFile the job; its topics and addresses are the benchmark's own
     * @param models all but the dimension of the models is measured with the first
     * @param images the folder of the photographs
     * @param dimensions one after the other
     * @param cameras the numbers of cameras
     * @param effort how long
     */
    public record Settings(Path jobFile, List<ModelBundle> models, Path images, List<Dimension> dimensions,
            List<Integer> cameras, Effort effort) {

        public Settings {
            Objects.requireNonNull(jobFile, "jobFile");
            Objects.requireNonNull(images, "images");
            Objects.requireNonNull(effort, "effort");
            models = List.copyOf(models);
            dimensions = dimensions.stream().distinct().toList();
            cameras = cameras.stream().distinct().sorted().toList();
            if (models.isEmpty() || dimensions.isEmpty() || cameras.isEmpty()) {
                throw new IllegalArgumentException(models.size() + " models, " + dimensions.size() + " dimensions, "
                        + cameras.size() + " numbers of cameras");
            }
            if (cameras.get(0) < 1) {
                throw new IllegalArgumentException("There is at least one camera, not " + cameras.get(0));
            }
        }
    }

    private Growth(Settings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Runs it to the end.
     *
     * @param progress is told what is being done
     * @throws IOException if the pictures or a model cannot be read
     * @throws BenchException if a job does not go on
     */
    public static GrowthReport run(Settings settings, Consumer<String> progress)
            throws IOException, InterruptedException {
        return new Growth(settings, progress).run();
    }

    private GrowthReport run() throws IOException, InterruptedException {
        Map<Dimension, List<GrowthVariant>> variants = new LinkedHashMap<>();
        for (Dimension dimension : settings.dimensions()) {
            variants.put(dimension, GrowthVariant.of(dimension, settings.models(), settings.cameras()));
        }
        progress.accept("Preparing the pictures of " + settings.images());
        preparePictures(variants.values().stream().flatMap(List::stream).map(GrowthVariant::size).toList());
        progress.accept("Starting a Kafka broker in a process of its own");
        BenchEnvironment environment = new BenchEnvironment();
        try (BrokerProcess broker = BenchEnvironment.startBroker()) {
            for (Map.Entry<Dimension, List<GrowthVariant>> each : variants.entrySet()) {
                measure(broker, each.getKey(), each.getValue());
            }
            return new GrowthReport(environment.describe(broker, settings.effort(), settings.models()),
                    BenchEnvironment.processors(), points);
        }
    }

    private void preparePictures(List<Size> wanted) throws IOException {
        List<Size> sizes = new ArrayList<>(wanted.stream().distinct().toList());
        sizes.add(GREETING);
        List<PictureSet> sets = Photographs.in(settings.images()).jpegs(sizes, progress);
        for (int i = 0; i < sizes.size(); i++) {
            pictures.put(sizes.get(i), sets.get(i));
        }
    }

    private void measure(BrokerProcess broker, Dimension dimension, List<GrowthVariant> variants)
            throws IOException, InterruptedException {
        progress.accept(dimension + ": starting a Flink cluster and " + variants.size() + " jobs");
        int largest = pictures.values().stream().mapToInt(PictureSet::largestBytes).max().orElseThrow();
        try (Contenders jobs = Contenders.jobs(broker, settings.jobFile(),
                variants.stream().map(GrowthVariant::job).toList(), largest, "growth-" + dimension)) {
            greet(dimension, jobs.all(), variants);
            List<Turns.Turn> each = new ArrayList<>();
            for (int i = 0; i < variants.size(); i++) {
                each.add(new Turns.Turn(jobs.all().get(i), pictures.get(variants.get(i).size())));
            }
            Turns turns = new Turns(each, settings.effort(), step -> progress.accept(dimension + ": " + step));
            List<Integer> counts = turns.warmUp().stream()
                    .map(result -> settings.effort().pictures(result.get(Row.JOB).rate())).toList();
            List<Map<String, List<Round>>> rounds = turns.rounds(counts);
            for (int i = 0; i < variants.size(); i++) {
                PictureSet set = each.get(i).pictures();
                JobVariant job = variants.get(i).job();
                points.add(new GrowthPoint(dimension, variants.get(i).at(), new Row(job.bundle().name(), set.name(),
                        set.meanBytes(), Row.JOB, job.parallelism(), rounds.get(i).get(Row.JOB), Optional.empty())));
            }
        }
    }

    /** Lets each camera be known: a round alone would have fewer pictures than there are cameras. */
    private void greet(Dimension dimension, List<Contender> jobs, List<GrowthVariant> variants)
            throws InterruptedException {
        for (int i = 0; i < jobs.size(); i++) {
            if (variants.get(i).job().cameras().isPresent()) {
                progress.accept(dimension + ": " + GREETINGS + " small pictures of each of " + variants.get(i).at());
                jobs.get(i).run(pictures.get(GREETING), GREETINGS * variants.get(i).job().cameras().getAsInt());
            }
        }
    }
}
