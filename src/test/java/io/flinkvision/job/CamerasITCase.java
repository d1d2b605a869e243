package io.flinkvision.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.cluster.TopicReader;
import io.flinkvision.core.camera.CameraSettings;
import io.flinkvision.core.camera.CamerasFile;
import io.flinkvision.core.camera.NumberedVideo;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.CamerasDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.FrameHeaders;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.tools.feed.FeedProducer;
import io.flinkvision.tools.feed.Feeder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The two jobs that read cameras themselves, with a real broker and a real Flink cluster. */
class CamerasITCase {

    private static final int FRAMES = 8;

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    private Path folder;
    private Path cameras;

    @BeforeEach
    void writeCameras() throws IOException {
        Path video = folder.resolve("walk.avi");
        NumberedVideo.write(video, "mpeg4", FRAMES);
        cameras = Files.writeString(folder.resolve("cameras.yaml"), """
                cameras:
                  walk: {source: "%s"}
                  scene: {source: "test:scene?size=64x64", fps: 25}
                """.formatted(video));
    }

    @Test
    void theClassifyJobLabelsEachFrameOnce() {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1);
                TopicReader labels = new TopicReader(KAFKA.bootstrapServers(), job.labelsTopic());
                TopicReader deadLetters = new TopicReader(KAFKA.bootstrapServers(), job.deadLettersTopic())) {
            String pictures = job.labelsTopic() + "-pictures";
            KAFKA.createTopic(pictures, 1);
            // Less than the raw pixels of a frame have.
            job.submit("source.topics=[]", "source.cameras=" + cameras, "max-image-bytes=16 KiB", "parallelism=2",
                    "skip-unchanged.threshold=8", "pictures.topic=" + pictures);

            List<ConsumerRecord<byte[], byte[]>> records = labels.await(CamerasITCase::isEnough);

            List<JsonNode> answers = records.stream().map(JobHarness::json).toList();
            assertThat(answers).extracting(answer -> answer.get("id").textValue()).doesNotHaveDuplicates();
            assertThat(answers).allSatisfy(answer -> {
                JsonNode source = answer.get("source");
                assertThat(answer.get("id").textValue()).isEqualTo(source.get("camera").textValue() + "-"
                        + source.get("session").longValue() + "-" + source.get("frame").longValue());
                assertThat(source.get("camera")).isEqualTo(answer.get("key"));
                assertThat(answer.get("labels")).isNotEmpty();
            });
            assertThat(of("walk", records)).extracting(record -> JobHarness.json(record).at("/source/frame").intValue())
                    .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            assertThat(of("walk", records)).extracting(record -> JobHarness.json(record).at("/image/format").textValue())
                    .containsOnly("bgr24");
            assertThat(deadLetters.all()).isEmpty();
            try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), pictures)) {
                assertPictured(
                        reader.await(all -> !of("walk", all).isEmpty() && !of("scene", all).isEmpty()), answers);
            }
        }
    }

    /** A picture of each camera shows its first frame, and has the labels of it. */
    private static void assertPictured(List<ConsumerRecord<byte[], byte[]>> pictures, List<JsonNode> answers) {
        for (String camera : List.of("walk", "scene")) {
            ConsumerRecord<byte[], byte[]> first = of(camera, pictures).get(0);
            assertThat(ImageFormat.sniff(first.value())).contains(ImageFormat.JPEG);
            assertThat(JobHarness.header(first, "content-type")).isEqualTo("image/jpeg");
            assertThat(JobHarness.header(first, "frame")).isEqualTo("0");
            assertThat(answers).filteredOn(answer ->
                            answer.get("id").textValue().equals(JobHarness.header(first, "id")))
                    .singleElement().extracting(JsonNode::toString).isEqualTo(JobHarness.header(first, "labels"));
        }
    }

    @Test
    void theCamerasJobSendsWhatTheFeederSends() throws Exception {
        KAFKA.createTopic("cameras-by-job", 1);
        KAFKA.createTopic("cameras-by-feeder", 1);
        CamerasDefinition job = CamerasDefinition.read(Path.of("jobs/cameras.yaml"), Map.of(), List.of(
                "source.bootstrap-servers=" + KAFKA.bootstrapServers(), "source.cameras=" + cameras,
                "sink.topic=cameras-by-job", "checkpoint-interval=200 ms", "parallelism=2"));
        BrokerCheck.Answer answer = BrokerCheck.ask(job);
        assertThat(answer.problems()).isEmpty();
        StreamExecutionEnvironment environment = FLINK.get().environment(new Configuration());
        CamerasJob.addTo(environment, job, answer);

        JobClient client = environment.executeAsync(job.name());
        try (TopicReader byJob = new TopicReader(KAFKA.bootstrapServers(), "cameras-by-job");
                TopicReader byFeeder = new TopicReader(KAFKA.bootstrapServers(), "cameras-by-feeder")) {
            List<ConsumerRecord<byte[], byte[]>> sent = byJob.await(CamerasITCase::isEnough);
            List<ConsumerRecord<byte[], byte[]>> scene = of("scene", sent);
            List<ConsumerRecord<byte[], byte[]>> fed = feed("cameras-by-feeder", byFeeder,
                    all -> of("walk", all).size() >= FRAMES && of("scene", all).stream().map(CamerasITCase::frame)
                            .anyMatch(frame(scene.get(scene.size() - 1))::equals));

            assertThat(of("walk", sent)).extracting(CamerasITCase::text)
                    .containsExactlyElementsOf(of("walk", fed).stream().map(CamerasITCase::text).toList());
            assertThat(of("scene", fed)).extracting(CamerasITCase::text)
                    .containsAll(scene.stream().map(CamerasITCase::text).toList());
            assertThat(sent).allSatisfy(record -> assertThat(Long.toString(record.timestamp()))
                    .isEqualTo(JobHarness.header(record, RecordHeader.CAPTURE_TIME)));
        } finally {
            JobHarness.cancel(client);
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> feed(
            String topic, TopicReader fed, Predicate<List<ConsumerRecord<byte[], byte[]>>> enough) {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer = FeedProducer.open(properties, 1 << 20);
                Feeder feeder = Feeder.start(CamerasFile.read(cameras, Map.of(), CameraSettings.DEFAULTS), producer,
                        new Feeder.Target(topic, 1 << 20, Optional.empty()), new Feeder.Listener() {})) {
            assertThat(feeder.failedCamera()).isEmpty();
            return fed.await(enough);
        }
    }

    private static boolean isEnough(List<ConsumerRecord<byte[], byte[]>> records) {
        return of("walk", records).size() >= FRAMES && of("scene", records).size() >= FRAMES;
    }

    private static List<ConsumerRecord<byte[], byte[]>> of(
            String camera, List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().filter(record -> JobHarness.key(record).equals(camera)).toList();
    }

    /** All of a record but its time, and the session, which a feeder does not have. */
    private static List<Object> text(ConsumerRecord<byte[], byte[]> record) {
        return List.of(JobHarness.key(record), HexFormat.of().formatHex(record.value()),
                List.of(record.headers().toArray()).stream()
                        .map(header -> header.key())
                        .filter(name -> !name.equals(FrameHeaders.SESSION))
                        .toList(),
                JobHarness.header(record, RecordHeader.CONTENT_TYPE), frame(record));
    }

    private static String frame(ConsumerRecord<byte[], byte[]> record) {
        return JobHarness.header(record, FrameHeaders.FRAME);
    }
}
