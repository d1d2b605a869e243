package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.CameraPicture;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.teach.FramePast.Span;
import io.flinkvision.tools.teach.SeenFrame;
import io.flinkvision.tools.teach.SeenFrames;
import io.flinkvision.tools.wall.WatchedJob.PictureTopic;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import io.flinkvision.tools.watch.OutputRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

class LabelsPastITCase {

    private static final PastScan.Limits NARROW = new PastScan.Limits(24, 20, 10, Duration.ofSeconds(30));

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    /** Kafka deletes what is older than a week. */
    private final Instant start = Instant.now().minus(Duration.ofHours(24)).truncatedTo(ChronoUnit.SECONDS);

    private final SeenFrames seen = new SeenFrames();
    private AnsweredFrames answered;
    private String images;
    private String labels;
    private KafkaProducer<byte[], byte[]> producer;
    private WatchedJob job;

    @BeforeEach
    void open(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        images = "past-images-" + name;
        labels = "past-labels-" + name;
        KAFKA.createTopic(images, 1);
        KAFKA.createTopic(labels, 3);
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer());
        answered = new AnsweredFrames(seen, images::equals);
        Properties brokers = new Properties();
        brokers.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
        job = new WatchedJob(images::equals, labels, "dead-letters", Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(),
                DecodeLimits.DEFAULTS, Duration.ofSeconds(1), brokers, brokers);
    }

    @AfterEach
    void close() {
        producer.close();
    }

    /** A picture in the images topic, of the minutes after the start, and its labels a second later. */
    private void answer(String camera, long offset, int minutes, String label) {
        Instant at = start.plus(Duration.ofMinutes(minutes));
        producer.send(new ProducerRecord<>(images, 0, at.toEpochMilli(), camera.getBytes(UTF_8), new byte[] {1}));
        producer.send(new ProducerRecord<>(labels, null, at.plusSeconds(1).toEpochMilli(), camera.getBytes(UTF_8),
                classification(images, camera, offset, at, label).toJson()));
    }

    private static Classification classification(String topic, String camera, long offset, Instant at, String label) {
        return new Classification(new RecordCoordinates(topic, 0, offset), Optional.of(camera.getBytes(UTF_8)),
                List.of(), Optional.of(at), 640, 480, "jpeg", "triage", "0".repeat(64), List.of(),
                List.of(new RegionAnswer("gate", RegionBox.WHOLE, false, Optional.empty(),
                        List.of(new Label(label, 0, 0.75f)), Optional.empty())),
                1, 1, at, Optional.empty());
    }

    private Span read(int fromMinutes, int untilMinutes) {
        producer.flush();
        return new LabelsPast(job, answered).read("cam", start.plus(Duration.ofMinutes(fromMinutes)),
                start.plus(Duration.ofMinutes(untilMinutes)));
    }

    private static List<Long> offsets(Span span) {
        return span.frames().stream().map(frame -> frame.source().offset()).toList();
    }

    @Test
    void findsTheFramesOfOneCameraInASpanOfTime() {
        for (int minute = 0; minute < 12; minute += 2) {
            answer("cam", minute, minute, minute < 5 ? "open" : "shut");
            answer("other", minute + 1, minute + 1, "elsewhere");
        }

        Span span = read(3, 9);

        assertThat(offsets(span)).containsExactly(4L, 6L, 8L);
        assertThat(span.frames().get(0)).isEqualTo(new SeenFrame(new RecordCoordinates(images, 0, 4),
                start.plus(Duration.ofMinutes(4)), List.of(new SeenFrame.Answer("gate", "open", 0.75f, false))));
        assertThat(span.earliest()).contains(start.plusSeconds(1));
    }

    @Test
    void findsThePicturesOfACameraThatTheJobReadsItselfInTheirTopic() {
        job = new WatchedJob(images::equals, labels, "dead-letters", Optional.empty(), Optional.empty(),
                Optional.of(new PictureTopic(images, Duration.ofSeconds(5))), Optional.empty(), DecodeLimits.DEFAULTS,
                Duration.ofSeconds(1), job.input(), job.output());
        for (int minute = 0; minute < 8; minute++) {
            Instant at = start.plus(Duration.ofMinutes(minute));
            String camera = minute % 2 == 0 ? "cam" : "other";
            RawRecord picture = CameraPicture.of(classification("t", camera, minute, at, "open")
                    .about(new CameraFrame(camera, 1_790_000_000_000L, 100 + minute)), new byte[] {1});
            ProducerRecord<byte[], byte[]> record = RawRecord.outgoing(
                    images, picture.key(), picture.value(), picture.headers());
            producer.send(new ProducerRecord<>(images, 0, at.toEpochMilli(), record.key(), record.value(),
                    record.headers()));
        }

        Span span = read(1, 7);

        assertThat(offsets(span)).containsExactly(2L, 4L, 6L);
        assertThat(span.frames().get(0)).isEqualTo(new SeenFrame(new RecordCoordinates(images, 0, 2),
                start.plus(Duration.ofMinutes(2)), List.of(new SeenFrame.Answer("gate", "open", 0.75f, false))));
        assertThat(span.earliest()).contains(start);
    }

    @Test
    void aSpanWithoutTimeTellsTheEarliestTimeOnly() {
        answer("cam", 0, 5, "open");

        assertThat(read(7, 7)).isEqualTo(new Span(List.of(), Optional.of(start.plus(Duration.ofMinutes(5)).plusSeconds(1))));
    }

    @Test
    void anEmptyTopicHasNoEarliestTime() {
        assertThat(read(0, 10)).isEqualTo(new Span(List.of(), Optional.empty()));
    }

    @Test
    void framesWhosePicturesAreDeletedAreLeftOut() throws Exception {
        for (int minute = 0; minute < 10; minute++) {
            answer("cam", minute, minute, "open");
        }
        producer.flush();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            admin.deleteRecords(Map.of(new TopicPartition(images, 0), RecordsToDelete.beforeOffset(6))).all().get();
        }

        Span span = read(0, 10);

        assertThat(offsets(span)).containsExactly(6L, 7L, 8L, 9L);
        assertThat(span.earliest()).contains(start.plus(Duration.ofMinutes(6)));
    }

    @Test
    void recordsThatNamePicturesElsewhereAreLeftOut() {
        answer("cam", 0, 1, "open");
        for (String topic : List.of("secret", images)) {
            Instant at = start.plus(Duration.ofMinutes(2));
            producer.send(new ProducerRecord<>(labels, null, at.toEpochMilli(), "cam".getBytes(UTF_8),
                    classification(topic, "cam", 4711, at, "open").toJson()));
        }
        producer.send(new ProducerRecord<>(labels, null, start.toEpochMilli(), "cam".getBytes(UTF_8), new byte[] {1}));

        assertThat(offsets(read(0, 10))).contains(0L).doesNotContain(1L);
        assertThat(read(0, 10).frames()).allMatch(frame -> frame.source().topic().equals(images));
    }

    @Test
    void ofALongTimeTheWholeIsSampled() {
        for (int minute = 0; minute < 1_000; minute++) {
            answer("cam", minute, minute, "open");
        }
        producer.flush();

        Span span = new LabelsPast(job, answered, NARROW)
                .read("cam", start, start.plus(Duration.ofMinutes(1_000)));

        assertThat(span.frames()).hasSizeBetween(24, 24 * 11);
        for (int slice = 0; slice < 24; slice++) {
            Instant from = start.plus(Duration.ofMinutes(slice * 1_000L / 24));
            assertThat(span.frames()).as("slice %s", slice).anyMatch(frame -> !frame.capturedAt().isBefore(from)
                    && frame.capturedAt().isBefore(from.plus(Duration.ofMinutes(42))));
        }
    }

    @Test
    void onlyThePartitionInWhichTheCameraWasSeenIsRead() {
        Instant at = start.plus(Duration.ofMinutes(1));
        seen.watch("cam");
        byte[] value = classification(images, "cam", 1, at, "open").toJson();
        answered.take((Classified) OutputRecord.of(new ConsumerRecord<>(labels, 1, 0, "cam".getBytes(UTF_8), value)));
        producer.send(new ProducerRecord<>(images, 0, at.toEpochMilli(), "cam".getBytes(UTF_8), new byte[] {1}));
        producer.send(new ProducerRecord<>(images, 0, at.toEpochMilli(), "cam".getBytes(UTF_8), new byte[] {1}));
        for (int partition = 0; partition < 3; partition++) {
            producer.send(new ProducerRecord<>(labels, partition, at.toEpochMilli(), "cam".getBytes(UTF_8),
                    classification(images, "cam", partition % 2, at, "open").toJson()));
        }

        assertThat(offsets(read(0, 10))).containsExactly(1L);
    }

    @Test
    void aTopicThatDoesNotExistIsNamed() {
        WatchedJob lost = new WatchedJob(job.inputTopics(), "nowhere", "dead-letters", Optional.empty(),
                Optional.empty(), job.pictures(), job.comparisons(),
                job.limits(), job.checkpointInterval(), job.input(), job.output());

        assertThatThrownBy(() -> new LabelsPast(lost, answered).read("cam", start, Instant.now()))
                .isInstanceOf(ToolException.class).hasMessageContaining("nowhere");
    }

    @Test
    void theIndexIsFedWithTheFramesOfWatchedCameras() {
        seen.watch("cam");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String camera : List.of("cam", "other")) {
            records.add(new ConsumerRecord<>(labels, 0, 0, camera.getBytes(UTF_8),
                    classification(images, camera, 5, start, "open").toJson()));
        }
        records.add(new ConsumerRecord<>(labels, 0, 0, "cam".getBytes(UTF_8),
                classification("secret", "cam", 6, start, "open").toJson()));
        records.forEach(record -> answered.take((Classified) OutputRecord.of(record)));

        assertThat(seen.count()).isEqualTo(1);
        assertThat(seen.frames("cam", start, start.plusSeconds(1)))
                .extracting(SeenFrame::id).containsExactly(images + "-0-5");
    }
}
