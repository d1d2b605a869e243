package io.flinkvision.tools.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.core.camera.CameraDefinition;
import io.flinkvision.core.camera.CameraReading.State;
import io.flinkvision.core.camera.CameraReading;
import io.flinkvision.core.camera.CameraSettings;
import io.flinkvision.core.camera.CapturedFrame;
import io.flinkvision.core.camera.FrameReader;
import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.TestScene.Subject;
import io.flinkvision.core.camera.FrameSource.TestScene;
import io.flinkvision.core.camera.WaitingFrames;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Unexpected failures of readers and of single frames; with a real broker. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FrameDeliveryTest {

    private static final String TOPIC = "camera-feed";
    private static final Feeder.Target TARGET = new Feeder.Target(TOPIC, 1 << 20, Optional.empty());
    private static final CameraDefinition SCENE =
            CameraDefinition.of(new TestScene("scene", 64, 64, 5, Subject.DISC), CameraSettings.DEFAULTS);

    /** Kafka takes no record of a time before 1970. */
    private static final Instant IMPOSSIBLE = Instant.ofEpochMilli(-1);

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private static KafkaProducer<byte[], byte[]> producer;

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final WaitingFrames<FrameDelivery> waiting = new WaitingFrames<>(4);
    private final Thread sender = new Thread(this::sendLive);
    private final Feeder.Listener listener = new Feeder.Listener() {
        @Override
        public void refused(String camera, String reason) {
            events.add("refused: " + reason);
        }

        @Override
        public void lost(String camera, String reason, Duration retryIn) {
            events.add("lost: " + reason);
        }

        @Override
        public void failed(String camera, String reason) {
            events.add("failed: " + reason);
        }
    };

    @BeforeAll
    static void openProducer() {
        KAFKA.createTopic(TOPIC, 1);
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers());
        producer = FeedProducer.open(properties, TARGET.maxFrameBytes());
    }

    @AfterAll
    static void closeProducer() {
        producer.close();
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
        Feeder.Feed feed = feed(SCENE, frames(List.of(frame(0, IMPOSSIBLE), frame(1, Instant.now()))));

        feed.reading().run();

        assertThat(feed.status().state()).isEqualTo(State.ENDED);
        assertThat(feed.status().refused()).isEqualTo(1);
        assertThat(feed.status().frames()).isEqualTo(1);
        assertThat(events).singleElement().asString().startsWith("refused: frame 0 cannot be sent as a record: ");
    }

    @Test
    void aLiveFrameOfWhichNoRecordCanBeMadeIsRefused() {
        FrameDelivery delivery = delivery(SCENE, producer);

        delivery.sendLive(frame(0, IMPOSSIBLE));

        assertThat(delivery.status(State.RUNNING, 0, OptionalDouble.empty()).refused()).isEqualTo(1);
        assertThat(events).singleElement().asString().startsWith("refused: Kafka did not take a frame: ");
    }

    @ParameterizedTest
    @MethodSource
    void aLiveCameraIsReadAnewAfterWhatNobodyExpects(Supplier<CapturedFrame> failing, String reason) {
        CameraDefinition network = new CameraDefinition("gate", new NetworkStream(URI.create("http://192.0.2.1/")),
                new CameraSettings(Optional.empty(), 1, Optional.empty(), 90, false, false, false, false, false,
                        Optional.of(2L)));
        Feeder.Feed feed = feed(network,
                live(List.of(() -> frame(0, Instant.now()), failing)),
                live(List.of(() -> frame(0, Instant.now()))));

        feed.reading().run();

        assertThat(feed.status().state()).isEqualTo(State.ENDED);
        assertThat(feed.status().reconnects()).isEqualTo(1);
        assertThat(events).first().asString().isEqualTo("lost: unexpected: " + reason);
    }

    static List<Arguments> aLiveCameraIsReadAnewAfterWhatNobodyExpects() {
        Supplier<CapturedFrame> stumbling = () -> {
            throw new IllegalStateException("a decoder stumbled");
        };
        Supplier<CapturedFrame> greedy = () -> {
            throw new OutOfMemoryError("Java heap space");
        };
        return List.of(
                Arguments.of(stumbling, "java.lang.IllegalStateException: a decoder stumbled"),
                Arguments.of(greedy, "java.lang.OutOfMemoryError: Java heap space"));
    }

    @Test
    void aFileIsNotReadAnew() {
        Feeder.Feed feed = feed(SCENE, live(List.of(() -> {
            throw new IllegalStateException("a decoder stumbled");
        })), live(List.of()));

        feed.reading().run();

        assertThat(events).containsExactly("failed: Unexpected: java.lang.IllegalStateException: a decoder stumbled");
    }

    @Test
    void aFrameThatThereIsNoMemoryForIsRefused() {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> full =
                new KafkaProducer<>(properties, new ByteArraySerializer(), (topic, value) -> {
                    throw new OutOfMemoryError("Java heap space");
                })) {
            Feeder.Feed feed = feed(SCENE, full, frames(List.of(frame(0, Instant.now()), frame(1, Instant.now()))));

            feed.reading().run();

            assertThat(feed.status().state()).isEqualTo(State.ENDED);
            assertThat(feed.status().refused()).isEqualTo(2);
            assertThat(events).containsExactly("refused: frame 0 cannot be sent as a record: not enough memory");
        }
    }

    @Test
    void aCameraWhoseThreadEndsByAnErrorHasFailed() {
        Feeder.Feed feed = feed(SCENE, live(List.of(() -> {
            throw new StackOverflowError();
        })));

        feed.reading().run();

        assertThat(feed.status().state()).isEqualTo(State.FAILED);
        assertThat(events).containsExactly("failed: Unexpected: java.lang.StackOverflowError");
    }

    private static CapturedFrame frame(long number, Instant time) {
        return CapturedFrame.jpeg(new byte[] {1}, time, number);
    }

    private Feeder.Feed feed(CameraDefinition camera, FrameReader... readers) {
        return feed(camera, producer, readers);
    }

    private Feeder.Feed feed(CameraDefinition camera, KafkaProducer<byte[], byte[]> producer, FrameReader... readers) {
        Deque<FrameReader> left = new ArrayDeque<>(List.of(readers));
        FrameDelivery delivery = delivery(camera, producer);
        return new Feeder.Feed(
                new CameraReading(camera, (stopped, problems) -> left.remove(), delivery, listener), delivery);
    }

    private FrameDelivery delivery(CameraDefinition camera, KafkaProducer<byte[], byte[]> producer) {
        return new FrameDelivery(camera, TARGET, producer, waiting, listener);
    }

    private static FrameReader frames(List<CapturedFrame> frames) {
        return reader(false, frames.stream().map(frame -> (Supplier<CapturedFrame>) () -> frame).toList());
    }

    private static FrameReader live(List<Supplier<CapturedFrame>> frames) {
        return reader(true, frames);
    }

    private static FrameReader reader(boolean isLive, List<Supplier<CapturedFrame>> frames) {
        Deque<Supplier<CapturedFrame>> left = new ArrayDeque<>(frames);
        return new FrameReader() {
            @Override
            public Optional<CapturedFrame> next() {
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
