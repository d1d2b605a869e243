package io.flinkvision.tools.cli;

import static io.flinkvision.job.pipeline.JobHarness.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.tools.audit.FrameAudit;
import io.flinkvision.tools.audit.FrameReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Audits of a real job, and of topics that a faulty one might have left. */
class AuditCommandITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    private Path folder;

    @AutoClose
    private final JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 2);

    private String jobFile;

    @BeforeEach
    void writeFiles() {
        jobFile = job.writeJobFile(folder).toString();
    }

    @Test
    void aJobThatLabelsAndDeadLettersEverythingIsSound() {
        job.submit();
        job.sendPictures(2);
        job.send("gate", "no picture".getBytes(UTF_8));

        CommandRun run = audit("--patience", "60");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo(
                "7 records, 6 labelled, 1 dead-lettered, 0 missing, 0 doubled, 0 waiting\n");
    }

    @Test
    void aLossIsNamedOnceTheGroupIsPastIt() {
        IntStream.range(0, 5).forEach(i -> job.send("door", new byte[] {1}));
        sendLabels(0);
        sendLabels(4);

        CommandRun before = audit();
        commit(4);
        CommandRun after = audit();

        assertThat(before.exitCode()).isEqualTo(1);
        assertThat(before.lines().get(0)).isEqualTo("waiting  " + job.images() + "-0-1 to 3");
        assertThat(after.exitCode()).isEqualTo(1);
        assertThat(after.lines()).containsExactly("missing  " + job.images() + "-0-1 to 3",
                "5 records, 2 labelled, 0 dead-lettered, 3 missing, 0 doubled, 0 waiting");
    }

    @Test
    void aRecordOfRegionsIsAnAnswerAndSoIsOneWithoutAnyLabels() {
        IntStream.range(0, 2).forEach(i -> job.send("door", new byte[] {1}));
        sendAnswer(0, """
                "labels": [], "regions": [{"name": "gate", "box": {"x": 0, "y": 0, "width": 1, "height": 1},
                    "labels": [{"label": "open", "index": 0, "score": 1.0}]}]""");
        sendAnswer(1, "\"labels\": []");

        CommandRun run = audit();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("2 records, 2 labelled, 0 dead-lettered, 0 missing, 0 doubled, 0 waiting\n");
    }

    @Test
    void whatWasDoneTwiceIsNamedWithItsOutcomes() {
        IntStream.range(0, 3).forEach(i -> job.send("door", new byte[] {1}));
        IntStream.range(0, 3).forEach(this::sendLabels);
        sendLabels(1);
        job.sendDeadLetter("door", new byte[] {1}, header("error-code", "EMPTY"), header("source-topic", job.images()),
                header("source-partition", "0"), header("source-offset", "2"));

        CommandRun run = audit("--json");

        assertThat(run.exitCode()).isEqualTo(1);
        JsonNode report = run.json().get(0);
        assertThat(report.path("sound").booleanValue()).isFalse();
        assertThat(report.path("doubled").longValue()).isEqualTo(2);
        assertThat(report.path("offenders").toString()).isEqualTo("""
                [{"outcome":"doubled","topic":"IMAGES","partition":0,"offset":1,"labels":2,"deadLetters":0},\
                {"outcome":"doubled","topic":"IMAGES","partition":0,"offset":2,"labels":1,"deadLetters":1}]"""
                .replace("IMAGES", job.images()));
    }

    @Test
    void aJobThatRefusesOldFramesIsSound() {
        jobFile = job.writeJobFile(folder, "max-age: 1 h").toString();
        Instant old = Instant.now().minus(Duration.ofHours(2));
        job.sendOf(old, "door", JobHarness.bytes(JobHarness.pictures().get(0)));
        job.sendOf(old, "door", new byte[] {1});
        job.send("door", JobHarness.bytes(JobHarness.pictures().get(0)));
        job.submit("max-age=1 h", "source.group=" + job.images());

        CommandRun run = audit("--patience", "60");

        assertThat(run.out()).isEqualTo("3 records, 1 labelled, 2 dead-lettered, 0 missing, 0 doubled, 0 waiting\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aTransactionsMarkersAreNoRecords() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG, "camera"),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (boolean committed : new boolean[] {true, false, true}) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(job.images(), 0, new byte[] {1}, new byte[] {1}));
                if (committed) {
                    producer.commitTransaction();
                } else {
                    producer.flush();
                    producer.abortTransaction();
                }
            }
        }
        sendLabels(0);
        sendLabels(4);

        CommandRun run = audit();

        assertThat(run.out()).startsWith("2 records, 2 labelled");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void olderRecordsAreLeftOutAndStrangersAreCounted() {
        job.send("door", new byte[] {1});
        sendLabels(0);
        sendLabels(99);
        job.sendDeadLetter("door", new byte[] {1});

        assertThat(audit("--since", "1h").lines()).containsExactly(
                "1 records, 1 labelled, 0 dead-lettered, 0 missing, 0 doubled, 0 waiting",
                "1 output records name no input record",
                "1 output records belong to input records that were not audited");
        assertThat(audit("--since", "2999-01-01T00:00:00Z").lines().get(0)).startsWith("0 records");
        assertThat(audit("--since", "now").exitCode()).isEqualTo(2);
        assertThat(audit("--patience", "-1").exitCode()).isEqualTo(2);
    }

    @Test
    void findsTheFramesWithSeveralOutcomesOfAJobThatReadsCamerasItself() {
        sendLabelsOfFrame(7);
        sendLabelsOfFrame(8);
        FrameReport sound = frames(Optional.empty());
        sendLabelsOfFrame(8);
        sendLabels(0);
        job.sendDeadLetter("door", new byte[] {1}, header("error-code", "TOO_SLOW"), header("source-camera", "door"),
                header("source-session", "1790000000000"), header("source-frame", "9"));

        assertThat(sound.isSound()).isTrue();
        assertThat(FrameAuditText.text(sound).lines())
                .containsExactly("1 cameras, 2 frames labelled, 0 dead-lettered, 0 doubled");
        FrameReport report = frames(Optional.empty());
        assertThat(report.isSound()).isFalse();
        assertThat(FrameAuditText.text(report).lines()).containsExactly(
                "doubled  door-1790000000000-8: 2 labels, 0 dead letters",
                "1 cameras, 2 frames labelled, 1 dead-lettered, 1 doubled",
                "1 output records name no frame of a camera");
        assertThat(FrameAuditText.json(report)).contains("\"sound\":false", "\"doubled\":1", "\"frame\":8");
        assertThat(frames(Optional.of(Instant.now().plusSeconds(3_600))).cameras()).isZero();
    }

    private FrameReport frames(Optional<Instant> since) {
        Properties brokers = new Properties();
        brokers.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
        return new FrameAudit(job.labelsTopic(), job.deadLettersTopic(), since, 10, brokers, outputs -> { }).run();
    }

    private void sendLabelsOfFrame(long number) {
        job.sendLabels("door", """
                {"id": "door-1790000000000-%1$d",
                 "source": {"camera": "door", "session": 1790000000000, "frame": %1$d},
                 "image": {"width": 1, "height": 1, "format": "bgr24"}, "model": {"name": "m", "digest": "d"},
                 "labels": [], "decodeMillis": 1.0, "inferenceMillis": 1.0,
                 "classifiedAt": "2026-01-01T00:00:00Z"}""".formatted(number).getBytes(UTF_8));
    }

    /** Without patience, unless a later option says otherwise. */
    private CommandRun audit(String... options) {
        List<String> arguments = new ArrayList<>(List.of("audit", "--job", jobFile));
        if (!List.of(options).contains("--patience")) {
            arguments.addAll(List.of("--patience", "0"));
        }
        arguments.addAll(List.of(options));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    /** Writes labels for a record of the input's first partition. */
    private void sendLabels(long offset) {
        sendAnswer(offset, "\"labels\": [{\"label\": \"food\", \"index\": 0, \"score\": 1.0}]");
    }

    private void sendAnswer(long offset, String labels) {
        job.sendLabels("door", """
                {"id": "%1$s-0-%2$d", "source": {"topic": "%1$s", "partition": 0, "offset": %2$d},
                 "image": {"width": 1, "height": 1, "format": "png"}, "model": {"name": "m", "digest": "d"},
                 %3$s, "decodeMillis": 1.0, "inferenceMillis": 1.0,
                 "classifiedAt": "2026-01-01T00:00:00Z"}""".formatted(job.images(), offset, labels).getBytes(UTF_8));
    }

    private void commit(long offset) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG, job.images()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.commitSync(Map.of(new TopicPartition(job.images(), 0), new OffsetAndMetadata(offset)));
        }
    }
}
