package io.flinkvision.tools.local;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.camera.CameraDefinition;
import io.flinkvision.core.camera.CameraSettings;
import io.flinkvision.core.camera.FrameSource;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.feed.FeedProducer;
import io.flinkvision.tools.feed.Feeder;
import io.flinkvision.tools.publish.HeadsTopic;
import io.flinkvision.tools.wall.TeachingSettings;
import io.flinkvision.tools.wall.Wall;
import io.flinkvision.tools.wall.WallSettings;
import io.flinkvision.tools.wall.WallToken;
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
 * the first scene, the job, and the wall, which may teach. It runs until it is closed.
 */
public final class LiveDemo implements AutoCloseable {

    /** The topic of the regions and their heads. */
    public static final String HEADS = "heads";

    /** The camera whose gate opens and shuts, which no head can tell yet; there if there is a test scene. */
    public static final String GATE_CAMERA = "gate";

    private static final double PICTURES_A_SECOND = 1;
    private static final double SCENES_A_SECOND = 5;
    private static final String EVENTS = "events";
    private static final int SCENE_WIDTH = 640;
    private static final int SCENE_HEIGHT = 480;

    private static final FrameSource.TestScene GATE = new FrameSource.TestScene(
            GATE_CAMERA, SCENE_WIDTH, SCENE_HEIGHT, SCENES_A_SECOND, FrameSource.TestScene.Subject.GATE);

    /** A camera whose connection breaks in the middle of each picture, so that there is a dead letter to look at. */
    private static final String BROKEN_CAMERA = "broken-camera";

    private final OpenParts parts = new OpenParts();
    private final List<Region> regions;
    private final LocalJob job;
    private final Wall wall;
    private final URI address;

    /**
     * What is shown.
     *
     * @param jobFile the job to run
     * @param model the model's folder, where it is not the job file's
     * @param images the folder of the sample pictures, each of which is a camera
     * @param scenes how many cameras show a test scene
     * @param parallelism task slots
     * @param port of the wall on the loopback interface, 0 for one that is free
     * @param teach the folder of what people label on the wall; empty for a wall that can only be looked at
     */
    public record Settings(Path jobFile, Optional<Path> model, Path images, int scenes, int parallelism, int port,
            Optional<Path> teach) {

        boolean needsHeads(List<Region> regions) {
            return teach.isPresent() || !regions.isEmpty();
        }
    }

    private LiveDemo(Settings settings, Consumer<String> steps) throws IOException, InterruptedException {
        try {
            PictureFolder pictures = PictureFolder.read(settings.images());
            regions = regions(settings, steps);
            job = parts.add(LocalJob.start(
                    localJob(settings, settings.needsHeads(regions) ? Optional.of(HEADS) : Optional.empty()),
                    pictures.largestBytes(), steps));
            steps.accept("Waiting for the networks to be loaded");
            job.awaitNetworks();
            List<CameraDefinition> cameras = cameras(pictures, settings.scenes());
            long maxImageBytes = job.definition().get(JobOptions.MAX_IMAGE_BYTES);
            Producer<byte[], byte[]> producer = parts.add(FeedProducer.open(brokers(), maxImageBytes));
            declareRegions(producer, steps);
            steps.accept("Starting " + cameras.size() + " cameras");
            feed(cameras, pictures, producer, maxImageBytes);
            Optional<WallToken> token = settings.teach().map(folder -> WallToken.random());
            wall = parts.add(Wall.start(wallSettings(settings, token)));
            address = token.map(it -> wall.address().resolve("?token=" + it.secret())).orElseGet(wall::address);
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

    private WallSettings wallSettings(Settings settings, Optional<WallToken> token) {
        Properties brokers = brokers();
        WatchedJob watched = WatchedJob.of(
                job.definition(), Optional.empty(), Optional.empty(), brokers, brokers);
        Optional<TeachingSettings> teaching = settings.teach().map(folder -> new TeachingSettings(
                job.definition(), new HeadsTopic(HEADS, brokers, brokers, brokers), folder));
        return new WallSettings(watched, WallSettings.LOOPBACK, settings.port(), token.stream().toList(), false,
                WallSettings.DEFAULT_MAX_CAMERAS, teaching);
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

    /** Where the wall is, with the token that it wants where it teaches. */
    public URI address() {
        return address;
    }

    /** The metrics of its job. */
    public RecordedMetrics metrics() {
        return job.metrics();
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
