package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.bench.GrowthReport.Dimension;
import io.flinkvision.tools.local.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures how the job's speed and cost scale: along each dimension, several jobs that differ in nothing else run side
 * by side and take turns.
 */
public final class Growth {

    /** The first pictures of each camera, so that the job knows all cameras before the measurement. */
    private static final Size GREETING = new Size(64, 48);

    /** The job treats a key as a camera from its second record on. */
    private static final int GREETINGS = 2;

    private final Settings settings;
    private final Consumer<String> progress;
    private final List<GrowthReport.Point> points = new ArrayList<>();
    private final Map<Size, PictureSet> pictures = new LinkedHashMap<>();

    /**
     * What is measured.
     *
     * @param jobFile the job; its topics and addresses are replaced by the benchmark's
     * @param models the first is used along all dimensions but that of the models
     * @param images the folder of the photographs
     * @param cameras numbers of cameras
     */
    public record Settings(Path jobFile, List<ModelBundle> models, Path images, List<Dimension> dimensions,
            List<Integer> cameras, Turns.Effort effort) {

        public Settings {
            Objects.requireNonNull(jobFile, "jobFile");
            Objects.requireNonNull(images, "images");
            Objects.requireNonNull(effort, "effort");
            models = List.copyOf(models);
            dimensions = dimensions.stream().distinct().toList();
            cameras = cameras.stream().distinct().sorted().toList();
            if (models.isEmpty() || dimensions.isEmpty() || cameras.isEmpty()) {
                throw new IllegalArgumentException("Models, dimensions and numbers of cameras must not be empty: "
                        + models.size() + ", " + dimensions.size() + " and " + cameras.size());
            }
            if (cameras.get(0) < 1) {
                throw new IllegalArgumentException("The number of cameras must be at least 1, not " + cameras.get(0));
            }
        }
    }

    private Growth(Settings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Runs the benchmark.
     *
     * @param progress receives each step
     * @throws IOException if the pictures or a model cannot be read
     * @throws ToolException if a job stops making progress
     * @throws ModelException if the only dimension needs heads, which the model cannot have
     */
    public static GrowthReport run(Settings settings, Consumer<String> progress)
            throws IOException, InterruptedException {
        return new Growth(settings, progress).run();
    }

    private GrowthReport run() throws IOException, InterruptedException {
        Map<Dimension, List<Variant>> variants = variants();
        progress.accept("Preparing the pictures of " + settings.images());
        preparePictures(variants.values().stream().flatMap(List::stream).map(Variant::size).toList());
        progress.accept("Starting a Kafka broker in a process of its own");
        int maxBytes = pictures.values().stream().mapToInt(PictureSet::maxBytes).max().orElseThrow();
        try (BenchEnvironment environment = new BenchEnvironment(maxBytes)) {
            for (Map.Entry<Dimension, List<Variant>> each : variants.entrySet()) {
                measure(environment.broker(), maxBytes, each.getKey(), each.getValue());
            }
            return new GrowthReport(environment.describe(settings.effort(), settings.models()),
                    BenchEnvironment.processors(), points);
        }
    }

    /** Those of all dimensions that the model has: not all networks can have heads. */
    private Map<Dimension, List<Variant>> variants() throws IOException {
        Map<Dimension, List<Variant>> variants = new LinkedHashMap<>();
        for (Dimension dimension : settings.dimensions()) {
            try {
                variants.put(dimension, Variant.of(dimension, settings.models(), settings.cameras()));
            } catch (ModelException e) {
                if (settings.dimensions().size() == 1) {
                    throw e;
                }
                progress.accept(dimension + ": skipped. " + e.getMessage());
            }
        }
        return variants;
    }

    private void preparePictures(List<Size> wanted) throws IOException {
        List<Size> sizes = new ArrayList<>(wanted.stream().distinct().toList());
        sizes.add(GREETING);
        List<PictureSet> sets = PictureSet.jpegs(settings.images(), sizes, progress);
        for (int i = 0; i < sizes.size(); i++) {
            pictures.put(sizes.get(i), sets.get(i));
        }
    }

    private void measure(BrokerProcess broker, int maxBytes, Dimension dimension, List<Variant> variants)
            throws IOException, InterruptedException {
        progress.accept(dimension + ": starting a Flink cluster and " + variants.size() + " jobs");
        // Bare loops show what the machine has for more threads.
        boolean withBareLoops = dimension == Dimension.PARALLELISM;
        try (Contenders contenders = Contenders.jobs(broker, settings.jobFile(),
                variants.stream().map(Variant::job).toList(), withBareLoops, maxBytes, "growth-" + dimension)) {
            List<Contender> all = contenders.all();
            int perVariant = withBareLoops ? 2 : 1;
            if (points.isEmpty()) {
                contenders.warmUpJobs(settings.effort(), step -> progress.accept(dimension + ": " + step));
            }
            greet(dimension, all, variants);
            List<Turns.Turn> each = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                Variant variant = variants.get(i / perVariant);
                each.add(new Turns.Turn(variant.at() + ": " + all.get(i).name(), all.get(i),
                        pictures.get(variant.size())));
            }
            Turns turns = new Turns(each, settings.effort(), Turns.Pace.OWN,
                    step -> progress.accept(dimension + ": " + step));
            WarmUp warmUp = turns.warmUp();
            List<Map<String, List<Round>>> rounds = turns.rounds();
            for (int i = 0; i < variants.size(); i++) {
                Variant variant = variants.get(i);
                List<Row> rows = rounds.subList(i * perVariant, (i + 1) * perVariant).stream()
                        .flatMap(ways -> ways.entrySet().stream())
                        .map(way -> row(variant, way.getKey(), way.getValue(), warmUp)).toList();
                points.add(new GrowthReport.Point(
                        dimension, variant.at(), rows.get(0), rows.stream().skip(1).findFirst()));
            }
        }
    }

    private Row row(Variant variant, String way, List<Round> rounds, WarmUp warmUp) {
        PictureSet set = pictures.get(variant.size());
        return new Row(variant.job().bundle().name(), set.name(), set.meanBytes(), way, variant.job().parallelism(),
                rounds, Optional.of(warmUp), Optional.empty());
    }

    /** Makes all cameras known to the job: a round may have fewer pictures than there are cameras. */
    private void greet(Dimension dimension, List<Contender> jobs, List<Variant> variants)
            throws InterruptedException {
        for (int i = 0; i < variants.size(); i++) {
            if (variants.get(i).job().cameras().isPresent()) {
                progress.accept(dimension + ": " + GREETINGS + " small pictures from each of " + variants.get(i).at());
                jobs.get(i).run(pictures.get(GREETING), GREETINGS * variants.get(i).job().cameras().getAsInt());
            }
        }
    }

    /**
     * A job that is measured beside others that differ from it along one dimension.
     *
     * @param at its point on the dimension's axis
     * @param size size of its pictures
     */
    record Variant(String at, Size size, JobVariant job) {

        /** The size of pictures along all dimensions but those of the sizes and the regions. */
        static final Size BASE_SIZE = new Size(640, 480);

        /** The size of pictures with regions, as cameras that have several send them. */
        static final Size FRAME = new Size(1280, 720);

        private static final List<Integer> REGIONS = List.of(0, 1, 8, 40);
        private static final int HEADS = 1_000;
        private static final int BASE_TOP_K = 5;
        private static final List<Size> SIZES =
                List.of(new Size(320, 240), BASE_SIZE, new Size(1280, 720), new Size(1920, 1080));

        /**
         * The variants along one dimension, in the order of the axis.
         *
         * @param models at least one; the first is used along all other dimensions
         * @param cameras numbers of cameras
         * @throws IOException if the weights of a model cannot be found
         * @throws ModelException if the dimension needs heads, which the model cannot have
         */
        static List<Variant> of(Dimension dimension, List<ModelBundle> models, List<Integer> cameras)
                throws IOException {
            JobVariant base = base(models.get(0), 1);
            int classes = models.get(0).labels().size();
            return switch (dimension) {
                case SIZE -> SIZES.stream().map(size -> new Variant(size.toString(), size, base)).toList();
                case PARALLELISM -> IntStream.of(1, 2, 4)
                        .mapToObj(number -> at(number, base(models.get(0), number))).toList();
                case CAMERAS -> cameras.stream().map(number -> at(number, base.withCameras(number))).toList();
                case PARTITIONS -> IntStream.of(1, 2, 8, 32)
                        .mapToObj(number -> at(number, base.withPartitions(number))).toList();
                case TOP_K -> IntStream.of(1, BASE_TOP_K, 100, classes).filter(number -> number <= classes)
                        .sorted().distinct().mapToObj(number -> at(number, base.withTopK(number))).toList();
                case MODEL -> models(models);
                case HEADS -> List.of(at(0, base.withCameras(HEADS)),
                        at(HEADS, base.withCameras(HEADS).withRegions(BenchRegions.ofEachCamera(models.get(0), HEADS))));
                case REGIONS -> REGIONS.stream().map(number -> new Variant(Integer.toString(number), FRAME,
                        base.withRegions(BenchRegions.ofEachPicture(models.get(0), number)))).toList();
            };
        }

        private static List<Variant> models(List<ModelBundle> models) throws IOException {
            List<Variant> variants = new ArrayList<>();
            for (ModelBundle model : models) {
                String at = String.format(Locale.ROOT, "%s (%.1f MB)", model.name(),
                        Files.size(model.weights().file()) / 1e6);
                variants.add(new Variant(at, BASE_SIZE, base(model, 1)));
            }
            return List.copyOf(variants);
        }

        private static JobVariant base(ModelBundle model, int parallelism) {
            return JobVariant.of(model, parallelism).withTopK(Math.min(BASE_TOP_K, model.labels().size()));
        }

        private static Variant at(int number, JobVariant job) {
            return new Variant(String.format(Locale.ROOT, "%,d", number), BASE_SIZE, job);
        }
    }
}
