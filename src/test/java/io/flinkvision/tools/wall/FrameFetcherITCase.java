package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RawPicture;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.tools.teach.FrameOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

class FrameFetcherITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private final List<String> ends = new ArrayList<>();
    private String images;
    private KafkaProducer<byte[], byte[]> producer;
    private FrameFetcher frames;

    @BeforeEach
    void open(TestInfo test) {
        images = "frames-" + test.getTestMethod().orElseThrow().getName();
        KAFKA.createTopic(images, 2);
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer());
        frames = fetcher(new ValueEncoding.Bytes(), DecodeLimits.DEFAULTS);
    }

    private FrameFetcher fetcher(ValueEncoding encoding, DecodeLimits limits) {
        Properties brokers = new Properties();
        brokers.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
        return new FrameFetcher(new WatchedJob(images::equals, "labels", "dead-letters", Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(),
                limits, Duration.ofSeconds(1), brokers, brokers), encoding, ends::add);
    }

    @AfterEach
    void close() {
        frames.close();
        producer.close();
        assertThat(ends).isEmpty();
    }

    private RecordCoordinates send(int partition, byte[] value, String... headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                images, partition, Instant.parse("2026-01-01T12:00:00Z").toEpochMilli(), "gate".getBytes(UTF_8), value);
        for (int i = 0; i < headers.length; i += 2) {
            record.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        try {
            RecordMetadata place = producer.send(record).get();
            return new RecordCoordinates(place.topic(), place.partition(), place.offset());
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("Kafka refused a record", e);
        }
    }

    private FrameOutcome read(RecordCoordinates frame) {
        return frames.read(List.of(frame)).get(frame);
    }

    @Test
    void manyPicturesAreReadAtOnceByTheirCoordinates() {
        List<byte[]> pictures = IntStream.range(0, 30).mapToObj(i -> SamplePictures.drawn(160, 120, i)).toList();
        List<RecordCoordinates> places = IntStream.range(0, 30).mapToObj(i -> send(i % 2, pictures.get(i))).toList();
        List<RecordCoordinates> wanted = IntStream.of(29, 3, 16, 4, 0).mapToObj(places::get).toList();

        Map<RecordCoordinates, FrameOutcome> read = frames.read(wanted);

        assertThat(read.keySet()).containsExactlyElementsOf(wanted);
        for (RecordCoordinates place : wanted) {
            assertThat(read.get(place)).isInstanceOfSatisfying(FrameOutcome.Found.class, found -> {
                assertThat(found.bytes()).isEqualTo(pictures.get(places.indexOf(place)));
                assertThat(found.format()).isEqualTo(ImageFormat.JPEG);
            });
        }
    }

    @Test
    void aPictureComesWithItsCameraAndItsTime() {
        byte[] picture = SamplePictures.drawn(16, 12, 1);
        assertThat(read(send(0, picture))).isInstanceOfSatisfying(FrameOutcome.Found.class, found -> {
            assertThat(found.camera()).contains("gate");
            assertThat(found.capturedAt()).isEqualTo("2026-01-01T12:00:00Z");
        });
        assertThat(read(send(0, picture, "capture-time", "2026-01-01T11:59:58Z")))
                .isInstanceOfSatisfying(FrameOutcome.Found.class,
                        found -> assertThat(found.capturedAt()).isEqualTo("2026-01-01T11:59:58Z"));
    }

    @Test
    void rawPixelsBecomeAFile() {
        byte[] pixels = new byte[4 * 3 * 3];
        pixels[7] = 99;
        RecordCoordinates place = send(0, pixels, "content-type", "image/x-raw", "width", "4", "height", "3",
                "format", "bgr24");
        assertThat(read(place)).isInstanceOfSatisfying(FrameOutcome.Found.class, found -> {
            assertThat(found.format()).isEqualTo(ImageFormat.PNG);
            assertThat(found.bytes()).isEqualTo(new RawPicture(pixels, 4, 3, RawFormat.BGR24).toPng());
        });
        assertThat(reason(send(0, pixels, "content-type", "image/x-raw", "width", "5", "height", "3",
                "format", "bgr24"))).contains("5 x 3");
        assertThat(reason(send(0, pixels, "content-type", "image/x-raw"))).contains("width, height and format");
    }

    private String reason(RecordCoordinates place) {
        return ((FrameOutcome.Refused) read(place)).reason();
    }

    @Test
    void whatIsNoPictureIsRefusedWithTheReason() {
        assertThat(reason(send(0, "http://169.254.169.254/".getBytes(UTF_8), "content-type", "text/uri-list")))
                .contains("no other place than Kafka");
        assertThat(reason(send(0, null))).contains("no value");
        assertThat(reason(send(0, "nothing".getBytes(UTF_8)))).contains("no picture");
    }

    @Test
    void aPictureBeyondTheJobsLimitIsRefused() {
        RecordCoordinates place = send(0, SamplePictures.drawn(160, 120, 1));
        try (FrameFetcher small = fetcher(new ValueEncoding.Bytes(), DecodeLimits.DEFAULTS.withMaxBytes(100))) {
            assertThat(small.read(List.of(place)).get(place)).isInstanceOfSatisfying(FrameOutcome.Refused.class,
                    refused -> assertThat(refused.reason()).contains("100"));
        }
    }

    @Test
    void aPictureInJsonIsTakenFromWhereTheJobTakesIt() {
        byte[] thumbnail = SamplePictures.drawn(16, 12, 1);
        byte[] picture = SamplePictures.drawn(160, 120, 2);
        Base64.Encoder text = Base64.getEncoder();
        RecordCoordinates place = send(0, ("{\"small\": \"" + text.encodeToString(thumbnail) + "\", \"large\": \""
                + text.encodeToString(picture) + "\"}").getBytes(UTF_8));
        try (FrameFetcher json = fetcher(new ValueEncoding.Json("/large"), DecodeLimits.DEFAULTS)) {
            assertThat(json.read(List.of(place)).get(place)).isInstanceOfSatisfying(FrameOutcome.Found.class,
                    found -> assertThat(found.bytes()).isEqualTo(picture));
        }
    }

    @Test
    void whatRetentionDeletedOrNeverWasIsGone() throws Exception {
        RecordCoordinates old = send(0, SamplePictures.drawn(16, 12, 1));
        RecordCoordinates kept = send(0, SamplePictures.drawn(16, 12, 2));
        delete(1);

        assertThat(read(old)).isInstanceOf(FrameOutcome.Gone.class);
        assertThat(read(kept)).isInstanceOf(FrameOutcome.Found.class);
        assertThat(read(new RecordCoordinates(images, 0, 77))).isInstanceOf(FrameOutcome.Gone.class);
        assertThat(read(new RecordCoordinates(images, 9, 0))).isInstanceOf(FrameOutcome.Gone.class);
    }

    private void delete(long before) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            admin.deleteRecords(Map.of(new TopicPartition(images, 0), RecordsToDelete.beforeOffset(before))).all().get();
        }
    }

    @Test
    void theLastPicturesAreKept() throws Exception {
        RecordCoordinates place = send(0, SamplePictures.drawn(16, 12, 1));
        FrameOutcome first = read(place);
        delete(1);

        assertThat(read(place)).isSameAs(first);
    }

    @Test
    void aTopicThatIsNoInputOfTheJobIsNotRead() {
        String secret = images + "-secret";
        KAFKA.createTopic(secret, 1);
        producer.send(new ProducerRecord<>(secret, SamplePictures.drawn(16, 12, 1)));
        producer.flush();

        assertThat(reason(new RecordCoordinates(secret, 0, 0))).contains(secret).contains("none of the job's inputs");
    }

    @Test
    void afterItsEndItReadsNothing() {
        RecordCoordinates place = send(0, SamplePictures.drawn(16, 12, 1));
        frames.close();
        frames.close();

        assertThat(read(place)).isEqualTo(new FrameOutcome.Delayed("the wall ends"));
    }
}
