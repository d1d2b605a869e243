package io.flinkvision.job;

import static io.flinkvision.job.pipeline.JobHarness.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.bundle.UnusualFile;
import io.flinkvision.job.operator.FaultyFileSystem.Fault;
import io.flinkvision.job.operator.FaultyFileSystem;
import io.flinkvision.job.operator.RawRecordDeserializationSchema;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.pipeline.ClassifyPipeline;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.pipeline.KafkaClients;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.tools.local.RecordedMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Models that are chosen while pictures flow, between a real broker's topics, on a real Flink cluster. */
class ModelSwitchITCase {

    private static final int PARTITIONS = 2;
    private static final int INPUT_SIZE = 224;
    private static final Header[] RAW_PICTURE = {
        header("content-type", "image/x-raw"), header("width", "8"), header("height", "8"), header("format", "gray8")
    };

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    Path folder;

    private Path first;
    private Path second;
    private int sent;

    @BeforeEach
    void writeBundles() {
        first = SmallBundle.write(folder.resolve("first"), INPUT_SIZE, 1, 2, 3);
        second = SmallBundle.write(folder.resolve("second"), INPUT_SIZE, 3, 2, 1);
    }

    @Test
    void changesTheModelOnceInEachPartitionWithNoPictureLostOrDoubled() {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, PARTITIONS)) {
            submit(job, Optional.empty());
            send(job, 20);
            job.labels(sent);

            job.choose(choice(second));
            sendUntil(job, "classify", VisionMetrics.MODEL_CHANGES, PARTITIONS);
            send(job, 20);

            List<JsonNode> labels = labels(job);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                assertThat(digestsInOrder(labels, partition)).containsExactly(digest(first), digest(second));
            }
            assertThat(job.cluster().metrics().sum("classify", VisionMetrics.MODEL_LOADS)).isEqualTo(2 * PARTITIONS);
            assertThat(job.cluster().metrics().sum("model-gate", VisionMetrics.MODELS_ACCEPTED)).isEqualTo(1);
        }
    }

    @Test
    void refusesBrokenModelsEverywhereSaysWhyAndGoesOnWithTheOldOne() throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, PARTITIONS)) {
            JobClient client = submit(job, Optional.empty());
            Path cut = SmallBundle.write(folder.resolve("cut"), INPUT_SIZE, 4, 5, 6);
            byte[] choiceOfTheWhole = choice(cut);
            byte[] weights = Files.readAllBytes(cut.resolve("net.onnx"));
            Files.write(cut.resolve("net.onnx"), Arrays.copyOf(weights, weights.length / 2));

            job.choose(choiceOfTheWhole);
            job.choose(new ModelChoice(second.toUri().toString(), "0".repeat(64)).toJson());
            job.choose(choice(SmallBundle.write(folder.resolve("smaller"), 192, 1, 2, 3)));
            job.choose("{}".getBytes(UTF_8));
            sendUntil(job, "model-gate", VisionMetrics.MODELS_REFUSED, 4);
            send(job, 10);

            assertThat(labels(job)).allMatch(label -> digestOf(label).equals(digest(first)));
            List<ConsumerRecord<byte[], byte[]>> letters = job.deadLetters(4).stream()
                    .sorted(Comparator.comparing(letter -> Long.valueOf(header(letter, "source-offset"))))
                    .toList();
            assertThat(letters).allSatisfy(letter -> {
                assertThat(header(letter, "error-code")).isEqualTo("MODEL_REFUSED");
                assertThat(header(letter, "source-topic")).isEqualTo(job.models());
            });
            assertThat(letters.get(0).value()).isEqualTo(choiceOfTheWhole);
            assertThat(letters).extracting(letter -> header(letter, "error-message")).satisfiesExactly(
                    message -> assertThat(message).contains("net.onnx"),
                    message -> assertThat(message).contains("have SHA-256 " + digest(second)),
                    message -> assertThat(message).contains("192 x 192 pixels", "Stop the job with a savepoint"),
                    message -> assertThat(message).contains("the field bundle is missing"));
            assertThat(job.cluster().metrics().sum("classify", VisionMetrics.MODEL_CHANGES)).isZero();
            assertThat(JobHarness.status(client)).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void goesOnWhateverIsInTheFolderOfABundle() throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, PARTITIONS)) {
            JobClient client = submit(job, Optional.empty());
            Path piped = SmallBundle.write(folder.resolve("piped"), INPUT_SIZE, 1, 2, 3);
            byte[] choiceOfPiped = choice(piped);
            Files.delete(piped.resolve("labels.txt"));
            UnusualFile.namedPipe(piped.resolve("labels.txt"));
            Path large = SmallBundle.write(folder.resolve("large"), INPUT_SIZE, 1, 2, 3);
            byte[] choiceOfLarge = choice(large);
            UnusualFile.sparse(large.resolve("labels.txt"), 420 << 20);
            Path fault = Files.createFile(second.resolve(Fault.HANG.name()));

            job.choose(choiceOfPiped);
            job.choose(choiceOfLarge);
            job.choose(new ModelChoice(FaultyFileSystem.address(Fault.HANG, second), digest(second)).toJson());
            sendUntil(job, "model-gate", VisionMetrics.MODELS_REFUSED, 2);
            assertThat(job.deadLetters(2)).extracting(letter -> header(letter, "error-message"))
                    .anyMatch(message -> message.contains("labels.txt is not a regular file"))
                    .anyMatch(message -> message.contains("labels.txt has more than 16777216 bytes"));

            String savepoint = JobHarness.stopWithSavepoint(client, folder);
            Files.delete(fault);
            submit(job, Optional.of(savepoint));
            sendUntil(job, "classify", VisionMetrics.MODEL_CHANGES, PARTITIONS);
            send(job, 1);

            for (int partition = 0; partition < PARTITIONS; partition++) {
                assertThat(digestsInOrder(labels(job), partition)).containsExactly(digest(first), digest(second));
            }
        }
    }

    @Test
    void keepsTheChoiceThroughASavepointAndLabelsByNoOtherModelWhileItIsGone() throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, PARTITIONS)) {
            JobClient client = submit(job, Optional.empty());
            job.choose(choice(second));
            sendUntil(job, "classify", VisionMetrics.MODEL_CHANGES, PARTITIONS);
            client = submit(job, Optional.of(JobHarness.stopWithSavepoint(client, folder)));
            int before = sent;
            send(job, 10);

            assertThat(labels(job)).filteredOn(label -> label.at("/source/offset").intValue() >= before / PARTITIONS)
                    .hasSize(20).allMatch(label -> digestOf(label).equals(digest(second)));

            Path elsewhere = Files.move(second, folder.resolve("elsewhere"));
            submit(job, Optional.of(JobHarness.stopWithSavepoint(client, folder)));
            send(job, 10);
            RecordedMetrics metrics = job.cluster().metrics();
            Waiting.until("a subtask has not found the chosen model",
                    () -> metrics.sum("classify", VisionMetrics.MODEL_CHANGES_FAILED) > 0,
                    () -> "no failed attempt");
            Files.move(elsewhere, second);

            assertThat(labels(job)).filteredOn(label -> label.at("/source/offset").intValue() >= before / PARTITIONS)
                    .hasSize(40).allMatch(label -> digestOf(label).equals(digest(second)));
        }
    }

    @Test
    void aRunThatEndsAlsoEndsWithAControlTopic() throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, PARTITIONS)) {
            job.choose(choice(second));
            send(job, 10);
            JobDefinition definition = job.definition("model.bundle=" + first, "model.control-topic=" + job.models());
            KafkaClients kafka = new KafkaClients(definition);
            StreamExecutionEnvironment environment = job.cluster().environment();
            ClassifyJob.configure(environment, definition);
            ClassifyJob.addTo(environment, definition, new ClassifyPipeline(
                    untilItsEnd(job.images()), Optional.of(untilItsEnd(job.models())), Optional.empty(),
                    kafka.labels(), kafka.deadLetters(1 << 20), Optional.empty(), Optional.empty(),
                    Optional.empty()));

            environment.execute();

            assertThat(labels(job)).hasSize(sent);
            assertThat(job.cluster().metrics().sum("model-gate", VisionMetrics.MODELS_ACCEPTED)).isEqualTo(1);
        }
    }

    private static KafkaSource<RawRecord> untilItsEnd(String topic) {
        return KafkaSource.<RawRecord>builder()
                .setBootstrapServers(KAFKA.bootstrapServers())
                .setTopics(topic)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setBounded(OffsetsInitializer.latest())
                .setDeserializer(new RawRecordDeserializationSchema())
                .build();
    }

    private JobClient submit(JobHarness job, Optional<String> savepoint) {
        return job.submit(savepoint, "parallelism=" + PARTITIONS, "model.bundle=" + first,
                "model.control-topic=" + job.models());
    }

    /** Sends as many pictures to each partition. */
    private void send(JobHarness job, int count) {
        for (int i = 0; i < count; i++) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                job.send(partition, "camera-" + partition, new byte[64], RAW_PICTURE);
                sent++;
            }
        }
    }

    /** Goes on sending until the job has counted something. */
    private void sendUntil(JobHarness job, String operator, String metric, long count) {
        RecordedMetrics metrics = job.cluster().metrics();
        Waiting.until(count + " " + metric, () -> {
            if (metrics.sum(operator, metric) >= count) {
                return true;
            }
            send(job, 1);
            return false;
        }, () -> metrics.sum(operator, metric) + " of them");
    }

    /** One label for each picture that was sent. */
    private List<JsonNode> labels(JobHarness job) {
        List<JsonNode> labels = job.labels(sent).stream().map(JobHarness::json).toList();
        assertThat(labels).hasSize(sent);
        assertThat(labels.stream().map(label -> label.get("id").textValue())).doesNotHaveDuplicates();
        return labels;
    }

    /** The digests of an input partition's labels in the order of its offsets, without repetitions in a row. */
    private static List<String> digestsInOrder(List<JsonNode> labels, int partition) {
        List<String> digests = labels.stream()
                .filter(label -> label.at("/source/partition").intValue() == partition)
                .sorted(Comparator.comparingLong(label -> label.at("/source/offset").longValue()))
                .map(ModelSwitchITCase::digestOf)
                .toList();
        return IntStream.range(0, digests.size())
                .filter(i -> i == 0 || !digests.get(i).equals(digests.get(i - 1)))
                .mapToObj(digests::get)
                .toList();
    }

    private static String digestOf(JsonNode label) {
        return label.at("/model/digest").textValue();
    }

    private static String digest(Path bundle) {
        return ModelBundle.read(bundle).digest();
    }

    private static byte[] choice(Path bundle) {
        return new ModelChoice(bundle.toUri().toString(), digest(bundle)).toJson();
    }
}
