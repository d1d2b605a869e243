package io.flinkvision.tools.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TopicReader;
import io.flinkvision.core.camera.CameraDefinition;
import io.flinkvision.core.camera.CameraReading.State;
import io.flinkvision.core.camera.CameraSettings;
import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.MjpegServer;
import io.flinkvision.core.camera.NumberedVideo;
import io.flinkvision.core.camera.RtspServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Network cameras on loopback that are stopped and restarted, with a real broker. */
class LiveCamerasITCase {

    private static final long MAX_FRAME_BYTES = 1 << 20;

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private static KafkaProducer<byte[], byte[]> producer;

    private final List<String> events = new CopyOnWriteArrayList<>();
    private String topic;

    @BeforeAll
    static void openProducer() {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers());
        producer = FeedProducer.open(properties, MAX_FRAME_BYTES);
    }

    @AfterAll
    static void closeProducer() {
        producer.close();
    }

    @BeforeEach
    void makeTopic(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
        KAFKA.createTopic(topic, 1);
    }

    @Test
    void anMjpegCameraIsFoundAgainAndItsJpegsGoAsTheyAre() throws IOException {
        List<byte[]> pictures = NumberedVideo.encode("mjpeg", 60).packets();
        int port;
        try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), topic)) {
            MjpegServer server = new MjpegServer(0, pictures.subList(0, 30), 0, Optional.empty());
            port = server.port();
            try (Feeder feeder = feed("http://127.0.0.1:" + port + "/video")) {
                reader.await(records -> lastNumber(records) == 29);
                server.close();
                server = new MjpegServer(port, pictures, 30, Optional.empty());
                List<ConsumerRecord<byte[], byte[]>> records = reader.await(read -> lastNumber(read) == 59);

                assertThat(numbers(records)).isSorted().doesNotHaveDuplicates().contains(29, 59);
                assertThat(records).allSatisfy(record ->
                        assertThat(record.value()).isEqualTo(pictures.get(NumberedVideo.number(record.value()))));
                assertThat(records).extracting(record -> header(record, "frame"))
                        .extracting(Integer::parseInt).isSorted().doesNotHaveDuplicates();
                Feeder.CameraStatus status = feeder.status().get(0);
                assertThat(status.reconnects()).isEqualTo(1);
                assertThat(status.frames() + status.dropped()).isGreaterThanOrEqualTo(60);
            } finally {
                server.close();
            }
        }
        assertThat(events).anyMatch(line -> line.startsWith("lost: ")).contains("reconnected");
    }

    @Test
    void anRtspCameraIsFoundAgainAndItsPicturesComeInOrder() throws IOException {
        NumberedVideo.Encoded video = NumberedVideo.encode("mpeg4", 200);
        try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), topic)) {
            RtspServer server = new RtspServer(0, video, 0);
            int port = server.port();
            try (Feeder feeder = feed("rtsp://127.0.0.1:" + port + "/door")) {
                reader.await(records -> lastNumber(records) >= 20);
                server.close();
                server = new RtspServer(port, video, 153);
                List<ConsumerRecord<byte[], byte[]>> records = reader.await(read -> lastNumber(read) >= 190);

                List<Integer> numbers = numbers(records);
                assertThat(numbers).isSorted().doesNotHaveDuplicates();
                // The second connection starts between two key frames; each tenth frame is one.
                long first = numbers.stream().filter(number -> number < 153).count();
                int last = numbers.stream().filter(number -> number < 153).max(Integer::compare).orElseThrow();
                assertThat(last + 1 - first).isLessThanOrEqualTo(feeder.status().get(0).dropped());
                assertThat(numbers.stream().filter(number -> number >= 153).findFirst().orElseThrow()).isLessThan(165);
                assertThat(events).contains("reconnected");
            } finally {
                server.close();
            }
        }
    }

    @Test
    void aWrongPasswordEndsTheCameraAndIsNotShown() throws Exception {
        List<byte[]> pictures = NumberedVideo.encode("mjpeg", 3).packets();
        try (MjpegServer server = new MjpegServer(0, pictures, 0, Optional.of("right"))) {
            try (Feeder feeder = feed("http://admin:wr0ng@127.0.0.1:" + server.port() + "/video")) {
                assertThat(feeder.await(Duration.ofSeconds(30))).isTrue();

                assertThat(feeder.status().get(0).state()).isEqualTo(State.FAILED);
                assertThat(events).singleElement().asString().contains("refuses the user or the password")
                        .doesNotContain("wr0ng");
            }
            try (Feeder feeder = feed("http://admin:right@127.0.0.1:" + server.port() + "/video");
                    TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), topic)) {
                assertThat(numbers(reader.await(3))).containsExactly(0, 1, 2);
                assertThat(feeder.failedCamera()).isEmpty();
            }
        }
    }

    private Feeder feed(String address) {
        CameraDefinition camera =
                new CameraDefinition("door", new NetworkStream(URI.create(address)), CameraSettings.DEFAULTS);
        return Feeder.start(List.of(camera), producer, new Feeder.Target(topic, MAX_FRAME_BYTES, Optional.empty()),
                new Feeder.Listener() {
                    @Override
                    public void lost(String which, String reason, Duration retryIn) {
                        events.add("lost: " + reason);
                    }

                    @Override
                    public void reconnected(String which) {
                        events.add("reconnected");
                    }

                    @Override
                    public void failed(String which, String reason) {
                        events.add("failed: " + reason);
                    }
                });
    }

    private static int lastNumber(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.isEmpty() ? -1 : NumberedVideo.number(records.get(records.size() - 1).value());
    }

    private static List<Integer> numbers(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> NumberedVideo.number(record.value())).toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
