package io.flinkvision.job;

import static io.flinkvision.job.pipeline.JobHarness.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.RegionHistory;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.HeadAnswer;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.local.FlinkCluster;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Frames of a camera with many regions, and many cameras with one: what is answered, and what it takes. */
class WholeFramesITCase {

    private static final ModelBundle MODEL = ModelBundle.read(Path.of("conf/models/triage"));

    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;

    /** Regions side by side, of 160 x 144 pixels each. */
    private static final int COLUMNS = 8;
    private static final int ROWS = 5;

    private static final double ROUNDING = 1e-4;

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @Test
    void aFrameWithFortyRegionsHasOneRecordWithTheAnswersThatEachWouldHaveAlone() {
        List<Region> regions = grid(COLUMNS * ROWS);
        byte[] frame = frame();
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            declare(job, regions);
            job.send("lot", frame);
            job.submit("parallelism=1", "model.heads-topic=" + job.heads());

            JsonNode label = JobHarness.json(job.labels(1).get(0));

            RegionHistory.assertHasAll(label, regions);
            assertThat(label.get("labels")).isNotEmpty();
            try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, MODEL.preprocessing());
                    FeatureClassifier network = FeatureClassifier.load(MODEL, new Device.Cpu())) {
                regions.forEach(region -> assertThatItAnswersAsAlone(label, region, frame, decoder, network));
            }
            assertThat(job.labels(1)).hasSize(1);
        }
    }

    private static void assertThatItAnswersAsAlone(JsonNode label, Region region, byte[] frame, ImageDecoder decoder,
            FeatureClassifier network) {
        Decoded decoded = (Decoded) decoder.decode(frame, List.of(new View.Region(region.box())));
        HeadAnswer expected = region.head().orElseThrow()
                .answer(network.features(decoded.views()).get(0).unit(), 2);
        JsonNode answer = RegionHistory.region(label, region.key().region()).orElseThrow();
        assertThat(answer.at("/head/digest").textValue()).isEqualTo(region.head().orElseThrow().digest());
        assertThat(answer.at("/labels/0/label").textValue()).isEqualTo(expected.labels().get(0).label());
        assertThat(answer.at("/labels/0/score").doubleValue())
                .isCloseTo(expected.labels().get(0).score(), within(ROUNDING));
        assertThat(answer.get("distance").doubleValue()).isCloseTo(expected.distance(), within(ROUNDING));
    }

    @Test
    void eightRegionsTakeOneDecodedPictureAndOneCallOfTheNetwork() {
        List<Region> regions = grid(8);
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            declare(job, regions);
            job.send("lot", frame());
            job.submit("parallelism=1", "model.heads-topic=" + job.heads(), "model.whole-picture=never");

            RegionHistory.assertHasAll(JobHarness.json(job.labels(1).get(0)), regions);
            assertThat(job.cluster().metrics().sum("decode", VisionMetrics.IMAGES_DECODED)).isEqualTo(1);
            assertThat(job.cluster().metrics().sum("classify", VisionMetrics.INFERENCE_MICROS)).isEqualTo(1);
            assertThat(job.cluster().metrics().sum("classify", VisionMetrics.MODEL_LOADS)).isEqualTo(1);
        }
    }

    @Test
    void aThousandHeadsTakeAsManyCallsAsPicturesAndOneNetworkASubtask(@TempDir Path checkpoints) {
        int cameras = 1_000;
        int parallelism = 2;
        List<Region> regions = ofAsManyCameras(cameras);
        Configuration settings = new Configuration()
                .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        try (FlinkCluster cluster = FlinkCluster.start(parallelism, settings);
                JobHarness job = new JobHarness(KAFKA.broker(), () -> cluster, parallelism)) {
            declare(job, regions);
            for (int i = 0; i < cameras; i++) {
                job.send(i % parallelism, "camera-" + i, new byte[64], header("content-type", "image/x-raw"),
                        header("width", "8"), header("height", "8"), header("format", "gray8"));
            }
            job.submit("parallelism=" + parallelism, "model.heads-topic=" + job.heads(), "model.whole-picture=never");

            List<JsonNode> labels = job.labels(cameras).stream().map(JobHarness::json).toList();

            assertThat(labels).hasSize(cameras);
            new RegionHistory(labels).assertNoMixture(regions);
            assertThat(labels).allSatisfy(label -> assertThat(RegionHistory.regions(label)).singleElement()
                    .satisfies(region -> assertThat(region.at("/head/name").textValue())
                            .isEqualTo(label.get("key").textValue() + "/whole")));
            assertThat(job.cluster().metrics().sum("classify", VisionMetrics.INFERENCE_MICROS)).isEqualTo(cameras);
            assertThat(job.cluster().metrics().sum("classify", VisionMetrics.MODEL_LOADS)).isEqualTo(parallelism);
        }
    }

    @Test
    void headsThatTheCheckpointsHaveNoRoomForAreRefusedAndNothingStops() {
        int cameras = 1_000;
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            declare(job, ofAsManyCameras(cameras));
            job.send("camera-0", frame());
            job.submit("parallelism=1", "model.heads-topic=" + job.heads(), "model.whole-picture=never");

            assertThat(header(job.deadLetters(1).get(0), "error-message"))
                    .contains("checkpoints are in the JobManager's memory", "execution.checkpointing.dir");
            assertThat(RegionHistory.regions(JobHarness.json(job.labels(1).get(0)))).hasSize(1);
        }
    }

    private static List<Region> ofAsManyCameras(int cameras) {
        return IntStream.range(0, cameras)
                .mapToObj(i -> region("camera-" + i + "/whole", new RegionBox(0, 0, 1, 1))).toList();
    }

    private static void declare(JobHarness job, List<Region> regions) {
        regions.forEach(region -> job.declare(region.key().toString(), region.toJson()));
    }

    /** The first cells of the grid, as regions of the camera. */
    private static List<Region> grid(int count) {
        return IntStream.range(0, count).mapToObj(i -> region("lot/space-" + i, new RegionBox(
                (double) (i % COLUMNS) / COLUMNS, (double) (i / COLUMNS) / ROWS, 1.0 / COLUMNS, 1.0 / ROWS))).toList();
    }

    private static Region region(String key, RegionBox box) {
        return new Region(RegionKey.parse(key), box, Optional.empty(), Optional.of(SampleHeads.of(key, MODEL.digest())));
    }

    /** A frame whose cells look different. */
    private static byte[] frame() {
        BufferedImage frame = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        Random random = new Random(1);
        Graphics2D graphics = frame.createGraphics();
        for (int i = 0; i < 2_000; i++) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            graphics.fillOval(random.nextInt(WIDTH), random.nextInt(HEIGHT), random.nextInt(90), random.nextInt(90));
        }
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(frame, "jpg", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
