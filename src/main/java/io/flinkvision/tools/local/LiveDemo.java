package io.flinkvision.tools.local;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.feed.CameraDefinition;
import io.flinkvision.tools.feed.CameraSettings;
import io.flinkvision.tools.feed.FeedProducer;
import io.flinkvision.tools.feed.Feeder;
import io.flinkvision.tools.feed.FrameSource;
import io.flinkvision.tools.wall.Wall;
import io.flinkvision.tools.wall.WallSettings;
import io.flinkvision.tools.wall.WatchedJob;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The whole thing as it looks in use, on one machine: cameras that show sample pictures and test scenes, two regions in
 * the first scene, the job, and the wall. It runs until it is closed.
 */
public final class LiveDemo implements AutoCloseable {

    /** The topic of the regions and their heads. */
    public static final String HEADS = "heads";

    private static final double PICTURES_A_SECOND = 1;
    private static final double SCENES_A_SECOND = 5;
    private static final String EVENTS = "events";
    private static final int SCENE_WIDTH = 640;
    private static final int SCENE_HEIGHT = 480;

    /** A camera with a question that nobody has answered yet: whether its gate is open. */
    private static final FrameSource.TestScene GATE = new FrameSource.TestScene(
            "gate", SCENE_WIDTH, SCENE_HEIGHT, SCENES_A_SECOND, FrameSource.TestScene.Subject.GATE);

    /** A camera whose connection breaks in the middle of each picture, so that there is a dead letter to look at. */
    private static final String BROKEN_CAMERA = "broken-camera";

    private final OpenParts parts = new OpenParts();
    private final List<Region> regions;
    private final LocalJob job;
    private final Wall wall;

    /**
     * What is shown.
     *
     * @param jobFile the job to run
     * @param model the model's folder, where it is not the job file's
     * @param images the folder of the sample pictures, each of which is a camera
     * @param scenes how many cameras show a test scene
     * @param parallelism task slots
     * @param port of the wall on the loopback interface, 0 for one that is free
     */
    public record Settings(Path jobFile, Optional<Path> model, Path images, int scenes, int parallelism, int port) {}

    private LiveDemo(Settings settings, Consumer<String> steps) throws IOException, InterruptedException {
        try {
            PictureFolder pictures = PictureFolder.read(settings.images());
            regions = regions(settings, steps);
            job = parts.add(LocalJob.start(
                    localJob(settings, regions.isEmpty() ? Optional.empty() : Optional.of(HEADS)),
                    pictures.largestBytes(), steps));
            steps.accept("Waiting for the networks to be loaded");
            job.awaitNetworks();
            List<CameraDefinition> cameras = cameras(pictures, settings.scenes());
            long maxImageBytes = job.definition().get(JobOptions.MAX_IMAGE_BYTES);
            Producer<byte[], byte[]> producer = parts.add(FeedProducer.open(brokers(), maxImageBytes));
            declareRegions(producer, steps);
            steps.accept("Starting " + cameras.size() + " cameras");
            feed(cameras, pictures, producer, maxImageBytes);
            Properties brokers = brokers();
            wall = parts.add(Wall.start(WallSettings.local(
                    WatchedJob.of(job.definition(), Optional.empty(), brokers, brokers), settings.port())));
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            parts.closeAfter(e);
            throw e;
        }
    }

    /**
     * Starts it; it takes some seconds.
     *
     * @param steps is told what is being done
     * @throws IOException if the pictures or the model cannot be read
     * @throws ToolException if the folder holds nothing to show, or the job is refused
     */
    public static LiveDemo start(Settings settings, Consumer<String> steps) throws IOException, InterruptedException {
        return new LiveDemo(settings, steps);
    }

    private static LocalJob.Settings localJob(Settings settings, Optional<String> heads) {
        return new LocalJob.Settings(
                settings.jobFile(), settings.model(), Optional.of(EVENTS), heads, settings.parallelism());
    }

    /** The regions of the first scene; none if there is no scene, or no head can answer on the job's network. */
    private static List<Region> regions(Settings settings, Consumer<String> steps) {
        JobDefinition definition = localJob(settings, Optional.empty()).definition();
        // A job whose network can be changed takes no heads, and one of a remote model has none here to teach them on.
        if (settings.scenes() < 1 || definition.find(JobOptions.MODEL_CONTROL_TOPIC).isPresent()
                || definition.localBundle().isEmpty()) {
            return List.of();
        }
        FrameSource.TestScene scene = scene(1);
        steps.accept("Teaching two heads from the pictures of " + scene.name());
        try {
            return SceneRegions.teach(scene, ModelBundle.read(definition.localBundle().get()), Instant.now());
        } catch (ModelException e) {
            steps.accept("Showing " + scene.name() + " without regions: " + e.getMessage());
            return List.of();
        }
    }

    /** As {@code bin/vision head publish} does on a running job. */
    private void declareRegions(Producer<byte[], byte[]> producer, Consumer<String> steps) {
        for (Region region : regions) {
            steps.accept("Declaring the region " + region.key() + " on the topic " + HEADS);
            producer.send(new ProducerRecord<>(HEADS, region.key().toBytes(), region.toJson()));
        }
        producer.flush();
    }

    private static FrameSource.TestScene scene(int number) {
        return new FrameSource.TestScene("test-" + number, SCENE_WIDTH, SCENE_HEIGHT, SCENES_A_SECOND,
                FrameSource.TestScene.Subject.DISC);
    }

    private static List<CameraDefinition> cameras(PictureFolder pictures, int scenes) {
        CameraSettings settings = CameraSettings.DEFAULTS.looping(PICTURES_A_SECOND);
        List<CameraDefinition> cameras = new ArrayList<>();
        for (Path picture : pictures.files()) {
            if (FrameSource.Pictures.hasExtension(picture)) {
                cameras.add(new CameraDefinition(withoutEnding(picture.getFileName().toString()),
                        new FrameSource.PictureFiles(picture.toAbsolutePath().getParent(), List.of(picture)),
                        settings));
            }
        }
        for (int i = 1; i <= scenes; i++) {
            cameras.add(CameraDefinition.of(scene(i), CameraSettings.DEFAULTS));
        }
        if (scenes > 0) {
            cameras.add(CameraDefinition.of(GATE, CameraSettings.DEFAULTS));
        }
        return cameras;
    }

    private static String withoutEnding(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private void feed(List<CameraDefinition> cameras, PictureFolder pictures, Producer<byte[], byte[]> producer,
            long maxImageBytes) throws IOException {
        String topic = job.definition().get(JobOptions.SOURCE_TOPICS).get(0);
        parts.add(Feeder.start(cameras, producer,
                new Feeder.Target(topic, maxImageBytes, Optional.empty()), new Feeder.Listener() {}));
        byte[] whole = Files.readAllBytes(pictures.files().get(0));
        producer.send(new ProducerRecord<>(topic, BROKEN_CAMERA.getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(whole, whole.length / 2)));
    }

    private Properties brokers() {
        Properties properties = new Properties();
        properties.setProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        return properties;
    }

    /** Where its Kafka broker is. */
    public String bootstrapServers() {
        return String.join(",", job.definition().get(JobOptions.SOURCE_BOOTSTRAP_SERVERS));
    }

    /** The keys of the regions that it has declared; none where the job takes no heads. */
    public List<RegionKey> regions() {
        return regions.stream().map(Region::key).toList();
    }

    /** Where the wall is. */
    public URI address() {
        return wall.address();
    }

    /**
     * Does nothing while the job runs.
     *
     * @throws ToolException with the reason, if it does not
     */
    public void requireRunning() throws InterruptedException {
        job.requireRunning();
    }

    /**
     * Stops everything that was started, the rest also where a part fails to stop; a second call does nothing.
     *
     * @throws ToolException if a part failed to stop
     */
    @Override
    public void close() {
        parts.close();
    }
}
