package io.flinkvision.job;

import static io.flinkvision.job.pipeline.JobHarness.bytes;
import static io.flinkvision.job.pipeline.JobHarness.header;
import static io.flinkvision.job.pipeline.JobHarness.json;
import static io.flinkvision.job.pipeline.JobHarness.key;
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
import io.flinkvision.job.pipeline.JobHarness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole job, between a real broker's topics, on a real Flink cluster. */
class ClassifyJobITCase {

    private static final Path MEAL = JobHarness.PICTURES.resolve("meal_1.jpg");
    private static final Map<String, String> CLASS_OF_PREFIX =
            Map.of("meal", "food", "report", "report", "other", "other");

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void labelsTheSixPicturesWithOneNetworkASubtask(int parallelism) {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, parallelism)) {
            job.submit("parallelism=" + parallelism);
            job.sendPictures(parallelism);

            List<ConsumerRecord<byte[], byte[]>> labels = job.labels(6);

            assertThatAllSixAreRight(labels);
            assertThat(job.cluster().metrics().sum("classify", VisionMetrics.MODEL_LOADS)).isEqualTo(parallelism);
            assertThat(job.cluster().metrics().sum("classify", VisionMetrics.IMAGES_CLASSIFIED)).isEqualTo(6);
            assertThat(job.cluster().metrics().sum("decode", VisionMetrics.IMAGES_DECODED)).isEqualTo(6);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"decode.parallelism=1", "source.parallelism=1"})
    void labelsTheSixPicturesWithTheOperatorsApart(String apart) {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 2)) {
            job.submit("parallelism=2", apart);
            job.sendPictures(2);

            assertThatAllSixAreRight(job.labels(6));
        }
    }

    @Test
    void everyOutputRecordFollowsTheJsonSchemaAndCarriesKeyAndHeaders() throws IOException {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            job.submit("model.top-k=2");
            job.send("camera-1", bytes(MEAL), header("content-type", "image/jpeg"), header("capture-time", "1700000000123"),
                    header("frame", "7"));
            job.send(null, bytes(MEAL));

            List<ConsumerRecord<byte[], byte[]>> labels = job.labels(2);

            JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                    .getSchema(Files.readString(Path.of("conf/schemas/classification.schema.json")));
            for (ConsumerRecord<byte[], byte[]> record : labels) {
                assertThat(schema.validate(new String(record.value(), UTF_8), InputFormat.JSON)).isEmpty();
            }
            JsonNode first = json(labels.get(0));
            assertThat(key(labels.get(0))).isEqualTo("camera-1");
            assertThat(header(labels.get(0), "frame")).isEqualTo("7");
            assertThat(header(labels.get(0), "content-type")).isEqualTo("application/json");
            assertThat(first.get("captureTime").textValue()).isEqualTo("2023-11-14T22:13:20.123Z");
            assertThat(first.get("labels")).hasSize(2);
            assertThat(first.at("/labels/0/label").textValue()).isEqualTo("food");
            assertThat(first.at("/labels/0/score").doubleValue()).isBetween(0.70, 0.75);
            assertThat(first.at("/model/name").textValue()).isEqualTo("triage");
            assertThat(first.at("/source/offset").longValue()).isZero();
            assertThat(labels.get(1).key()).isNull();
        }
    }

    @Test
    void badInputBecomesDeadLettersUnchangedAndInOrderWhileTheJobGoesOn() throws Exception {
        Map<String, Bad> bad = new LinkedHashMap<>();
        byte[] jpeg = bytes(MEAL);
        bad.put("null", new Bad(null, "EMPTY"));
        bad.put("empty", new Bad(new byte[0], "EMPTY"));
        bad.put("text", new Bad("no picture".getBytes(UTF_8), "UNKNOWN_FORMAT"));
        bad.put("cut", new Bad(Arrays.copyOf(jpeg, jpeg.length / 50), "TRUNCATED"));
        bad.put("tiff", new Bad(new byte[] {'I', 'I', 42, 0, 8, 0, 0, 0}, "FORMAT_NOT_ALLOWED"));
        bad.put("broken", new Bad(withWrongMarker(jpeg), "CORRUPT"));
        bad.put("large", new Bad(pngOf(40_000, 40_000), "TOO_LARGE"));
        bad.put("raw", new Bad(new byte[5], "INVALID_HEADERS", header("content-type", "image/x-raw"),
                header("width", "2"), header("height", "1"), header("format", "rgb24")));
        bad.put("forbidden", new Bad("file:///etc/passwd".getBytes(UTF_8), "REFERENCE_NOT_ALLOWED",
                header("content-type", "text/uri-list")));
        bad.put("missing", new Bad((folder.toUri() + "none.jpg").getBytes(UTF_8), "UNREADABLE",
                header("content-type", "text/uri-list")));
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            JobClient client = job.submit("decode.reference-prefixes=" + folder.toUri());
            bad.forEach((key, record) -> {
                job.send(key, record.value(), record.headers());
                job.send("good", jpeg);
            });

            List<ConsumerRecord<byte[], byte[]>> deadLetters = job.deadLetters(bad.size());
            List<ConsumerRecord<byte[], byte[]>> labels = job.labels(bad.size());

            assertThat(labels).hasSize(bad.size()).allMatch(label -> key(label).equals("good"));
            assertThat(deadLetters.stream().map(JobHarness::key).toList()).containsExactlyElementsOf(bad.keySet());
            for (ConsumerRecord<byte[], byte[]> letter : deadLetters) {
                Bad sent = bad.get(key(letter));
                assertThat(header(letter, "error-code")).as(key(letter)).isEqualTo(sent.code());
                assertThat(header(letter, "error-message")).isNotBlank();
                assertThat(letter.value()).isEqualTo(sent.value());
                assertThat(Arrays.copyOf(letter.headers().toArray(), sent.headers().length)).isEqualTo(sent.headers());
            }
            assertThat(deadLetters.stream().map(letter -> header(letter, "source-offset")).toList())
                    .containsExactlyElementsOf(IntStream.range(0, bad.size()).mapToObj(i -> "" + 2 * i).toList());
            assertThat(JobHarness.status(client)).isEqualTo(JobStatus.RUNNING);
            assertThat(job.cluster().metrics().sum("decode", VisionMetrics.IMAGES_REJECTED)).isEqualTo(bad.size());
            assertThat(job.cluster().metrics().sum("decode", "code.EMPTY." + VisionMetrics.DEAD_LETTERS)).isEqualTo(2);
        }
    }

    @Test
    void aDeadLetterThatItsTopicWouldRefuseGoesWithoutItsValue() throws Exception {
        byte[] garbage = new byte[1_048_588 - 100];
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            JobClient client = job.submit();
            job.send("full", garbage);

            job.send("long", "x".repeat(1_000_000).getBytes(UTF_8), header("content-type", "text/uri-list"));

            List<ConsumerRecord<byte[], byte[]>> letters = job.deadLetters(2);
            assertThat(header(letters.get(1), "error-message")).hasSizeLessThan(1_100);
            ConsumerRecord<byte[], byte[]> letter = letters.get(0);
            assertThat(letter.value()).isNull();
            assertThat(header(letter, "omitted")).isEqualTo("value");
            assertThat(header(letter, "error-code")).isEqualTo("UNKNOWN_FORMAT");
            assertThat(JobHarness.status(client)).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void aDeadLetterThatItsProducerWouldRefuseGoesWithoutItsValueToo() throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            JobClient client = job.submit("sink.properties.max.request.size=600000");
            job.send("large", new byte[700_000]);
            job.send("small", new byte[500_000]);

            List<ConsumerRecord<byte[], byte[]>> letters = job.deadLetters(2);
            assertThat(letters.get(0).value()).isNull();
            assertThat(header(letters.get(0), "omitted")).isEqualTo("value");
            assertThat(letters.get(1).value()).hasSize(500_000);
            assertThat(JobHarness.status(client)).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void readsPicturesInJsonAndNamesWhatIsNone() throws Exception {
        byte[] jpeg = bytes(MEAL);
        byte[] json = "{\"camera\":\"gate\",\"image\":{\"data\":\"TEXT\"}}"
                .replace("TEXT", Base64.getEncoder().encodeToString(jpeg)).getBytes(UTF_8);
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            JobClient client = job.submit("source.value=json:/image/data");
            job.send("json", json, header("Capture-Time", "2026-01-01T13:00:00.123+01:00"));
            job.send("seconds", json, header("capture-time", "1767268800"));
            job.send("bytes", jpeg);

            List<ConsumerRecord<byte[], byte[]>> labels = job.labels(2);
            ConsumerRecord<byte[], byte[]> letter = job.deadLetters(1).get(0);

            assertThat(labels).extracting(ClassifyJobITCase::best).containsExactly("food", "food");
            assertThat(json(labels.get(0)).get("captureTime").textValue())
                    .isEqualTo("2026-01-01T12:00:00.123Z");
            assertThat(json(labels.get(1)).has("captureTime")).isFalse();
            assertThat(job.cluster().metrics().sum("decode", VisionMetrics.CAPTURE_TIMES_IGNORED)).isEqualTo(1);
            assertThat(letter.value()).isEqualTo(jpeg);
            assertThat(header(letter, "error-code")).isEqualTo("UNKNOWN_FORMAT");
            assertThat(header(letter, "error-message")).contains("set source.value to bytes");
            assertThat(JobHarness.status(client)).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void readsRawPixelsAndReferencesToo() throws IOException {
        Files.copy(MEAL, folder.resolve("a meal.jpg"));
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            job.submit("decode.reference-prefixes=" + folder.toUri());
            job.send("reference", (folder.toUri() + "a%20meal.jpg").getBytes(UTF_8),
                    header("content-type", "text/uri-list"));
            job.send("raw", new byte[64 * 48], header("content-type", "image/x-raw"), header("width", "64"),
                    header("height", "48"), header("format", "gray8"));

            List<ConsumerRecord<byte[], byte[]>> labels = job.labels(2);

            assertThat(best(labels.get(0))).isEqualTo("food");
            assertThat(json(labels.get(1)).get("image").toString())
                    .isEqualTo("{\"width\":64,\"height\":48,\"format\":\"gray8\"}");
        }
    }

    @Test
    void exactlyOnceShowsEachPictureOnceToAReaderOfCommittedRecords() {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 2)) {
            job.submit("sink.guarantee=exactly-once", "parallelism=2", "sink.transaction-timeout=1 min");
            job.sendPictures(2);
            job.send("bad", new byte[] {1, 2, 3});

            assertThatAllSixAreRight(job.labels(6));
            assertThat(job.deadLetters(1)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at-least-once", "exactly-once"})
    void goesOnFromASavepointWithNothingLostOrDoubled(String guarantee) throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            JobClient first = job.submit("sink.guarantee=" + guarantee, "sink.transaction-timeout=1 min");
            job.sendPictures(1);
            job.labels(6);
            String savepoint = JobHarness.stopWithSavepoint(first, folder);
            job.send("bad", new byte[] {1, 2, 3});
            job.sendPictures(1);

            job.submit(Optional.of(savepoint), "sink.guarantee=" + guarantee, "sink.transaction-timeout=1 min",
                    "source.starting-offsets=latest", "parallelism=2");

            List<ConsumerRecord<byte[], byte[]>> labels = job.labels(12);
            assertThat(labels.stream().map(ClassifyJobITCase::id).toList()).hasSize(12).doesNotHaveDuplicates();
            assertThat(job.deadLetters(1)).hasSize(1);
        }
    }

    @Test
    void readsAModelFromAFileSystem() {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            job.submit("model.bundle=" + Path.of("conf/models/triage").toUri());
            job.send("meal", bytes(MEAL));

            assertThat(best(job.labels(1).get(0))).isEqualTo("food");
        }
    }

    private record Bad(byte[] value, String code, Header... headers) {}

    private static void assertThatAllSixAreRight(List<ConsumerRecord<byte[], byte[]>> labels) {
        assertThat(labels.stream().collect(Collectors.toMap(JobHarness::key, ClassifyJobITCase::best)))
                .hasSize(6)
                .allSatisfy((key, best) ->
                        assertThat(best).isEqualTo(CLASS_OF_PREFIX.get(key.substring(0, key.indexOf('_')))));
    }

    private static String best(ConsumerRecord<byte[], byte[]> record) {
        return json(record).at("/labels/0/label").textValue();
    }

    private static String id(ConsumerRecord<byte[], byte[]> record) {
        return json(record).get("id").textValue();
    }

    /** The marker behind the first segment is one that the format does not have. */
    private static byte[] withWrongMarker(byte[] jpeg) {
        byte[] broken = jpeg.clone();
        int length = (broken[4] & 0xff) << 8 | broken[5] & 0xff;
        broken[5 + length] = 0x02;
        return broken;
    }

    /** A sound file whose header promises far more pixels than its data has. */
    private static byte[] pngOf(int width, int height) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).put((byte) 2);
        ByteBuffer png = ByteBuffer.allocate(128).putLong(0x89504e470d0a1a0aL);
        chunk(png, "IHDR", header.array());
        chunk(png, "IDAT", new byte[1]);
        chunk(png, "IEND", new byte[0]);
        return Arrays.copyOf(png.array(), png.position());
    }

    private static void chunk(ByteBuffer png, String type, byte[] data) {
        int start = png.position();
        png.putInt(data.length).put(type.getBytes(UTF_8)).put(data);
        CRC32 sum = new CRC32();
        sum.update(png.array(), start + 4, data.length + 4);
        png.putInt((int) sum.getValue());
    }
}
