package io.flinkvision.job.pipeline;

import static io.flinkvision.job.pipeline.JobHarness.bytes;
import static io.flinkvision.job.pipeline.JobHarness.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.tools.audit.Audit;
import io.flinkvision.tools.audit.AuditReport;
import io.flinkvision.tools.watch.StartPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A job that lets frames take over labels. Its cameras' clocks decide how old labels are, since an hour of them takes
 * no time: the machine's own is far from {@code at-least-every}.
 */
class SkipUnchangedITCase {

    private static final String THRESHOLD = "skip-unchanged.threshold=8";
    private static final String AT_LEAST_EVERY = "skip-unchanged.at-least-every=1 h";
    private static final byte[] MEAL = bytes(JobHarness.PICTURES.resolve("meal_1.jpg"));
    private static final byte[] REPORT = bytes(JobHarness.PICTURES.resolve("report_1.jpg"));
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStaticCameraIsClassifiedOnceAndEachChangeIsSeen(boolean controlled) throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            List<String> options = new ArrayList<>(List.of(THRESHOLD, AT_LEAST_EVERY, "parallelism=2",
                    "source.parallelism=1"));
            if (controlled) {
                options.add("model.control-topic=" + job.models());
            }
            job.submit(options.toArray(String[]::new));
            for (int minute = 0; minute < 4; minute++) {
                send(job, "gate", minute, MEAL);
                send(job, "hall", minute, numbered(REPORT, minute));
            }
            send(job, "gate", 4, REPORT);
            send(job, "gate", 5, REPORT);
            job.send(null, MEAL);
            job.send(null, MEAL);
            job.send("gate", new byte[] {1, 2, 3});

            List<ConsumerRecord<byte[], byte[]>> labels = job.labels(12);

            assertThat(answers(labels, "gate")).containsExactly(
                    "0 food -", "2 food 0", "4 food 0", "6 food 0", "8 report -", "9 report 8");
            assertThat(answers(labels, "hall")).containsExactly("1 report -", "3 report 1", "5 report 1", "7 report 1");
            assertThat(answers(labels, "")).containsExactly("10 food -", "11 food -");
            assertThatTheSchemaHolds(labels);
            AuditReport report = audit(job);
            assertThat(report.isSound()).as(report.toString()).isTrue();
            assertThat(job.cluster().metrics().sum("classify", VisionMetrics.IMAGES_CLASSIFIED)).isEqualTo(12);
            assertThat(job.cluster().metrics().sum("classify", VisionMetrics.IMAGES_REUSED)).isEqualTo(7);
            assertThat(job.cluster().metrics().sum("decode", VisionMetrics.IMAGES_NOT_DECODED)).isEqualTo(7);
        }
    }

    @Test
    void aStaticCameraIsClassifiedAnewAtLeastSoOften() {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            job.submit(THRESHOLD, AT_LEAST_EVERY);
            IntStream.range(0, 10).forEach(frame -> send(job, "gate", 20 * frame, MEAL));

            assertThat(answers(job.labels(10), "gate")).containsExactly(
                    "0 food -", "1 food 0", "2 food 0", "3 food -", "4 food 3", "5 food 3", "6 food -", "7 food 6",
                    "8 food 6", "9 food -");
        }
    }

    @Test
    void labelsAreTakenOverFromBeforeASavepointAndOnOtherSubtasks() throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            JobClient first = job.submit(THRESHOLD, AT_LEAST_EVERY);
            send(job, "gate", 0, MEAL);
            send(job, "hall", 0, REPORT);
            job.labels(2);
            String savepoint = JobHarness.stopWithSavepoint(first, folder);
            send(job, "gate", 1, MEAL);
            send(job, "hall", 1, MEAL);

            job.submit(Optional.of(savepoint), THRESHOLD, AT_LEAST_EVERY, "model.parallelism=2");

            List<ConsumerRecord<byte[], byte[]>> labels = job.labels(4);
            assertThat(answers(labels, "gate")).containsExactly("0 food -", "2 food 0");
            assertThat(answers(labels, "hall")).containsExactly("1 report -", "3 food -");
            assertThat(audit(job).isSound()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itIsTurnedOnAndOffOverASavepoint(boolean controlled) throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            String control = controlled ? "model.control-topic=" + job.models() : "model.device=cpu";
            JobClient without = job.submit(control);
            send(job, "gate", 0, MEAL);
            send(job, "gate", 1, MEAL);
            job.labels(2);
            String before = JobHarness.stopWithSavepoint(without, folder);

            JobClient with = job.submit(Optional.of(before), THRESHOLD, AT_LEAST_EVERY, control);
            send(job, "gate", 2, MEAL);
            send(job, "gate", 3, MEAL);
            job.labels(4);
            String between = JobHarness.stopWithSavepoint(with, folder);

            job.submit(Optional.of(between), control);
            send(job, "gate", 4, MEAL);

            assertThat(answers(job.labels(5), "gate"))
                    .containsExactly("0 food -", "1 food -", "2 food -", "3 food 2", "4 food -");
        }
    }

    /** A JPEG with a comment behind its start marker: other bytes, and the same picture. */
    private static byte[] numbered(byte[] jpeg, int number) {
        return ByteBuffer.allocate(jpeg.length + 5).put(jpeg, 0, 2)
                .put(new byte[] {-1, (byte) 0xfe, 0, 3, (byte) number})
                .put(jpeg, 2, jpeg.length - 2).array();
    }

    private static void send(JobHarness job, String camera, int minute, byte[] picture) {
        String captured = "" + START.plus(Duration.ofMinutes(minute)).toEpochMilli();
        job.send(camera, picture, new RecordHeader("capture-time", captured.getBytes(UTF_8)));
    }

    /** Offset, first label, and the offset of the frame that it is of, in the order of the answers. */
    private static List<String> answers(List<ConsumerRecord<byte[], byte[]>> labels, String camera) {
        return labels.stream().filter(label -> JobHarness.key(label).equals(camera)).map(label -> {
            JsonNode answer = json(label);
            String reused = answer.at("/reused/id").asText();
            assertThat(answer.get("inferenceMillis").doubleValue() == 0).isEqualTo(answer.has("reused"));
            return answer.at("/source/offset") + " " + answer.at("/labels/0/label").asText() + " "
                    + (reused.isEmpty() ? "-" : reused.substring(reused.lastIndexOf('-') + 1));
        }).toList();
    }

    private static void assertThatTheSchemaHolds(List<ConsumerRecord<byte[], byte[]>> labels) throws IOException {
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(Files.readString(Path.of("conf/schemas/classification.schema.json")));
        assertThat(labels).allSatisfy(label ->
                assertThat(schema.validate(new String(label.value(), UTF_8), InputFormat.JSON)).isEmpty());
    }

    private static AuditReport audit(JobHarness job) {
        JobDefinition definition = job.definition();
        Properties client = new Properties();
        client.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers());
        return new Audit(new Audit.Plan(definition::reads, definition.get(JobOptions.SOURCE_GROUP),
                definition.get(JobOptions.SINK_TOPIC), definition.get(JobOptions.DEAD_LETTERS_TOPIC),
                new StartPosition.Beginning(), Duration.ofMinutes(1), 10), client, client, read -> {}).run();
    }
}
