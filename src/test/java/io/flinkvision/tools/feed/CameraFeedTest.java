package io.flinkvision.tools.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.tools.feed.CameraStatus.State;
import io.flinkvision.tools.feed.Source.NetworkStream;
import io.flinkvision.tools.feed.Source.TestScene;
import io.flinkvision.tools.local.KafkaBroker;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a camera whose reader or one of whose frames fails in a way that nobody expects; a real broker. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CameraFeedTest {

    private static final String TOPIC = "images";
    private static final FeedTarget TARGET = new FeedTarget(TOPIC, 1 << 20, Optional.empty());
    private static final Camera SCENE = Camera.of(new TestScene("scene", 64, 64, 5), CameraSettings.DEFAULTS);

    /** Kafka takes no record of a time before 1970. */
    private static final Instant IMPOSSIBLE = Instant.ofEpochMilli(-1);

    private static KafkaBroker broker;
    private static KafkaProducer<byte[], byte[]> producer;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final LiveFrames<CameraFeed> waiting = new LiveFrames<>(4);
    private final Thread sender = new Thread(this::sendLive);

    @BeforeAll
    static void startBroker() {
        broker = KafkaBroker.start();
        broker.createTopic(TOPIC, 1, Map.of());
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        producer = FeedProducer.open(properties, TARGET.largestFrameBytes());
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @BeforeEach
    void startSender() {
        sender.start();
    }

    @AfterEach
    void stopSender() throws InterruptedException {
        waiting.close();
        sender.join();
    }

    private void sendLive() {
        try {
            for (var entry = waiting.take(); entry.isPresent(); entry = waiting.take()) {
                entry.get().camera().sendLive(entry.get().frame());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFrameOfWhichNoRecordCanBeMadeIsRefusedAndTheNextIsSent() {
        CameraFeed feed = feed(SCENE, frames(List.of(frame(0, IMPOSSIBLE), frame(1, Instant.now()))));

        feed.run();

        assertThat(feed.status().state()).isEqualTo(State.ENDED);
        assertThat(feed.status().refused()).isEqualTo(1);
        assertThat(feed.status().frames()).isEqualTo(1);
        assertThat(told).singleElement().asString().startsWith("refused: frame 0 cannot be made a record: ");
    }

    @Test
    void aLiveFrameOfWhichNoRecordCanBeMadeIsRefused() {
        CameraFeed feed = feed(SCENE, frames(List.of()));

        feed.sendLive(frame(0, IMPOSSIBLE));

        assertThat(feed.status().refused()).isEqualTo(1);
        assertThat(told).singleElement().asString().startsWith("refused: Kafka did not take a frame: ");
    }

    @ParameterizedTest
    @MethodSource
    void aLiveCameraIsReadAnewAfterWhatNobodyExpects(Supplier<Frame> failing, String reason) {
        Camera network = new Camera("gate", new NetworkStream(URI.create("http://192.0.2.1/")),
                new CameraSettings(Optional.empty(), 1, Optional.empty(), 90, false, false, false, false, false,
                        Optional.of(2L)));
        CameraFeed feed = feed(network,
                live(List.of(() -> frame(0, Instant.now()), failing)),
                live(List.of(() -> frame(0, Instant.now()))));

        feed.run();

        assertThat(feed.status().state()).isEqualTo(State.ENDED);
        assertThat(feed.status().reconnects()).isEqualTo(1);
        assertThat(told).first().asString().isEqualTo("lost: unexpected: " + reason);
    }

    static List<Arguments> aLiveCameraIsReadAnewAfterWhatNobodyExpects() {
        Supplier<Frame> stumbling = () -> {
            throw new IllegalStateException("a decoder stumbled");
        };
        Supplier<Frame> greedy = () -> {
            throw new OutOfMemoryError("Java heap space");
        };
        return List.of(
                Arguments.of(stumbling, "java.lang.IllegalStateException: a decoder stumbled"),
                Arguments.of(greedy, "java.lang.OutOfMemoryError: Java heap space"));
    }

    @Test
    void aFileIsNotReadAnew() {
        CameraFeed feed = feed(SCENE, live(List.of(() -> {
            throw new IllegalStateException("a decoder stumbled");
        })), live(List.of()));

        feed.run();

        assertThat(told).containsExactly("failed: Unexpected: java.lang.IllegalStateException: a decoder stumbled");
    }

    @Test
    void aFrameThatThereIsNoMemoryForIsRefused() {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> full =
                new KafkaProducer<>(properties, new ByteArraySerializer(), (topic, value) -> {
                    throw new OutOfMemoryError("Java heap space");
                })) {
            CameraFeed feed = feed(SCENE, full, frames(List.of(frame(0, Instant.now()), frame(1, Instant.now()))));

            feed.run();

            assertThat(feed.status().state()).isEqualTo(State.ENDED);
            assertThat(feed.status().refused()).isEqualTo(2);
            assertThat(told).containsExactly("refused: frame 0 cannot be made a record: there is no memory for it");
        }
    }

    @Test
    void aCameraWhoseThreadEndsByAnErrorHasFailed() {
        CameraFeed feed = feed(SCENE, live(List.of(() -> {
            throw new StackOverflowError();
        })));

        feed.run();

        assertThat(feed.status().state()).isEqualTo(State.FAILED);
        assertThat(told).containsExactly("failed: Unexpected: java.lang.StackOverflowError");
    }

    private static Frame frame(long number, Instant time) {
        return Frame.jpeg(new byte[] {1}, time, number);
    }

    private CameraFeed feed(Camera camera, FrameReader... readers) {
        return feed(camera, producer, readers);
    }

    private CameraFeed feed(Camera camera, KafkaProducer<byte[], byte[]> producer, FrameReader... readers) {
        Deque<FrameReader> left = new ArrayDeque<>(List.of(readers));
        return new CameraFeed(camera, TARGET, (opened, stopped, problems) -> left.remove(),
                new FramePublisher(producer, TOPIC), waiting, new FeedListener() {
                    @Override
                    public void refused(Camera refused, String reason) {
                        told.add("refused: " + reason);
                    }

                    @Override
                    public void lost(Camera lost, String reason, Duration retryIn) {
                        told.add("lost: " + reason);
                    }

                    @Override
                    public void failed(Camera failed, String reason) {
                        told.add("failed: " + reason);
                    }
                });
    }

    private static FrameReader frames(List<Frame> frames) {
        return reader(false, frames.stream().map(frame -> (Supplier<Frame>) () -> frame).toList());
    }

    private static FrameReader live(List<Supplier<Frame>> frames) {
        return reader(true, frames);
    }

    private static FrameReader reader(boolean isLive, List<Supplier<Frame>> frames) {
        Deque<Supplier<Frame>> left = new ArrayDeque<>(frames);
        return new FrameReader() {
            @Override
            public Optional<Frame> next() {
                return Optional.ofNullable(left.poll()).map(Supplier::get);
            }

            @Override
            public boolean isLive() {
                return isLive;
            }

            @Override
            public void close() {}
        };
    }
}
