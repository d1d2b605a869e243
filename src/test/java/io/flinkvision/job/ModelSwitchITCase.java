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
import io.flinkvision.job.record.ControlRecord;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.tools.local.RecordedMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
    private static final int CAMERAS = 20;
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
    void triesAModelAsAShadowAndThenAsACanaryAndMakesItTheModelOfAllPicturesAndGoesBack() throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, PARTITIONS)) {
            String[] options = {"parallelism=" + PARTITIONS, "model.bundle=" + first,
                "model.control-topic=" + job.models(), "model.comparisons-topic=" + job.createComparisons()};
            JobClient client = job.submit(options);
            sendRound(job);
            job.labels(sent);

            ModelCandidate shadow = candidate(second, Mode.SHADOW, 50);
            job.choose(new ControlRecord(new Trial(shadow)));
            RecordedMetrics metrics = job.cluster().metrics();
            Waiting.until("the shadow is loaded",
                    () -> metrics.sum("classify", VisionMetrics.MODEL_LOADS) == 2 * PARTITIONS);
            int before = sent;
            for (int i = 0; i < 5; i++) {
                sendRound(job);
            }
            assertThatTheComparisonIsOfTheSample(job, shadow, before);

            ModelCandidate canary = candidate(second, Mode.CANARY, 40);
            job.choose(new ControlRecord(new Trial(canary)));
            sendRoundsUntilTheLastHas(job, digest(second), canary);
            client = job.submit(Optional.of(JobHarness.stopWithSavepoint(client, folder)), options);
            sendRound(job);
            assertThatOnlyItsCamerasChanged(job, canary);

            job.choose(new ControlRecord(new Replacement(Optional.of(canary.choice()))));
            sendRoundsUntilTheLastHas(job, digest(second), candidate(second, Mode.CANARY, 100));
            assertThat(metrics.sum("classify", VisionMetrics.MODEL_LOADS)).as("the candidate is in memory already")
                    .isEqualTo((2 + 2) * PARTITIONS);
            job.choose(new ControlRecord(Replacement.BY_THE_SUBMITTED));
            sendRoundsUntilTheLastHas(job, digest(first), candidate(second, Mode.CANARY, 100));
            assertThat(JobHarness.status(client)).isEqualTo(JobStatus.RUNNING);
        }
    }

    /** Sends a picture of each camera. */
    private void sendRound(JobHarness job) {
        for (int i = 0; i < CAMERAS; i++) {
            job.send(i % PARTITIONS, "camera-" + i, new byte[64], RAW_PICTURE);
            sent++;
        }
    }

    private void assertThatTheComparisonIsOfTheSample(JobHarness job, ModelCandidate shadow, int before) {
        List<JsonNode> labels = labels(job);
        assertThat(labels).allMatch(label -> digestOf(label).equals(digest(first)));
        Map<String, Long> sample = labels.stream()
                .filter(label -> label.at("/source/offset").intValue() >= before / PARTITIONS)
                .filter(label -> shadow.compares(label.get("id").textValue()))
                .collect(Collectors.groupingBy(label -> label.get("key").textValue(), TreeMap::new, Collectors.counting()));
        assertThat(sample.values().stream().mapToLong(Long::longValue).sum()).isBetween(10L, 5L * CAMERAS - 10);
        Supplier<Map<String, Long>> compared = () -> {
            Map<String, Long> counts = new TreeMap<>();
            job.comparisons().forEach((camera, comparison) -> counts.put(camera, comparison.counts().compared()));
            return counts;
        };
        Waiting.until("the comparison of the sample", () -> compared.get().equals(sample), compared);
        assertThat(job.comparisons().values()).allSatisfy(comparison -> {
            assertThat(comparison.models().current().digest()).isEqualTo(digest(first));
            assertThat(comparison.models().candidate().digest()).isEqualTo(digest(second));
            assertThat(comparison.counts().agreed()).as("the first sees 2, the second 0").isZero();
            assertThat(comparison.disagreements()).singleElement().satisfies(pair ->
                    assertThat(pair.current() + " " + pair.candidate()).isEqualTo("2 0"));
        });
        assertThat(job.cluster().metrics().sum("compare", VisionMetrics.PICTURES_COMPARED))
                .isEqualTo(sample.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Sends rounds of pictures until the cameras of a canary are labelled by a model. */
    private void sendRoundsUntilTheLastHas(JobHarness job, String digest, ModelCandidate canary) {
        Waiting.until("labels of " + digest, () -> {
            sendRound(job);
            List<JsonNode> labels = labels(job);
            return labels.stream().filter(label -> label.at("/source/offset").intValue() >= (sent - CAMERAS) / PARTITIONS)
                    .filter(label -> canary.labels(key(label)))
                    .allMatch(label -> digestOf(label).equals(digest));
        });
    }

    private void assertThatOnlyItsCamerasChanged(JobHarness job, ModelCandidate canary) {
        Map<String, List<JsonNode>> byCamera = labels(job).stream()
                .sorted(Comparator.comparingLong(label -> label.at("/source/offset").longValue()))
                .collect(Collectors.groupingBy(label -> label.get("key").textValue()));
        assertThat(byCamera).hasSize(CAMERAS);
        byCamera.forEach((camera, labels) -> {
            List<String> digests = labels.stream().map(ModelSwitchITCase::digestOf).toList();
            if (canary.labels(Optional.of(camera.getBytes(UTF_8)))) {
                int change = digests.indexOf(digest(second));
                assertThat(change).as(camera).isPositive();
                assertThat(digests.subList(change, digests.size())).as(camera).containsOnly(digest(second));
            } else {
                assertThat(digests).as(camera).containsOnly(digest(first));
            }
        });
    }

    private static Optional<byte[]> key(JsonNode label) {
        return Optional.of(label.get("key").textValue().getBytes(UTF_8));
    }

    private static ModelCandidate candidate(Path bundle, Mode mode, double percent) {
        return new ModelCandidate(new ModelChoice(bundle.toUri().toString(), digest(bundle)), mode, percent);
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
