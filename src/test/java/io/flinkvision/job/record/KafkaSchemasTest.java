package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.operator.DeadLetterSerializationSchema;
import io.flinkvision.job.operator.JsonSerializationSchema;
import io.flinkvision.job.operator.RawRecordDeserializationSchema;
import io.flinkvision.job.operator.SampleRecords;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaSchemasTest {

    private final JsonSerializationSchema<Classification> labels = new JsonSerializationSchema<>("labels");
    private final DeadLetterSerializationSchema deadLetters = new DeadLetterSerializationSchema("dead", 1_048_588);

    @Test
    void aRecordIsHandedOnAsKafkaDeliveredIt() {
        ConsumerRecord<byte[], byte[]> delivered =
                new ConsumerRecord<>("images", 2, 7, "camera".getBytes(UTF_8), new byte[] {1, 2});
        delivered.headers().add("content-type", "image/png".getBytes(UTF_8)).add("empty", null);

        RawRecord record = deserialize(delivered);

        assertThat(record.coordinates()).isEqualTo(new RecordCoordinates("images", 2, 7));
        assertThat(record.key().orElseThrow()).isEqualTo("camera".getBytes(UTF_8));
        assertThat(record.value().orElseThrow()).isEqualTo(new byte[] {1, 2});
        assertThat(record.header("content-type")).contains("image/png");
        assertThat(record.headers().get(1).value()).isEmpty();
    }

    @Test
    void aRecordWithoutKeyAndValueIsHandedOnToo() {
        RawRecord record = deserialize(new ConsumerRecord<>("images", 0, 0, null, null));

        assertThat(record.key()).isEmpty();
        assertThat(record.value()).isEmpty();
    }

    @Test
    void anOutputRecordKeepsKeyAndHeadersAndSaysThatItIsJson() {
        ProducerRecord<byte[], byte[]> record = labels.serialize(SampleRecords.classification(), null, 5L);

        assertThat(record.topic()).isEqualTo("labels");
        assertThat(record.key()).isEqualTo("camera-1".getBytes(UTF_8));
        assertThat(record.timestamp()).isNull();
        assertThat(headers(record)).containsExactly("site=Zürich", "content-type=application/json");
    }

    @Test
    void anOutputRecordHoldsWhatIsKnownOfThePicture() throws IOException {
        JsonNode value = json(labels.serialize(SampleRecords.classification(), null, null));

        assertThat(value.get("id").textValue()).isEqualTo("images-3-1234567890123");
        assertThat(value.at("/source/offset").longValue()).isEqualTo(1_234_567_890_123L);
        assertThat(value.get("key").textValue()).isEqualTo("camera-1");
        assertThat(value.get("captureTime").textValue()).isEqualTo("2023-11-14T22:13:20.123Z");
        assertThat(value.at("/image/width").intValue()).isEqualTo(640);
        assertThat(value.at("/labels/1/label").textValue()).isEqualTo("a \"quoted\" <label>");
        assertThat(value.at("/labels/0/score").floatValue()).isEqualTo(0.75f);
        assertThat(value.get("decodeMillis").doubleValue()).isEqualTo(1.3);
        assertThat(value.get("classifiedAt").textValue()).isEqualTo("2023-11-14T22:13:20.456Z");
    }

    @Test
    void anOutputRecordOfACameraNamesItsFrameInPlaceOfARecord() throws IOException {
        JsonNode value = json(labels.serialize(SampleRecords.classificationOfACamera(), null, null));

        assertThat(value.get("id").textValue()).isEqualTo("Zürich hall-2-1700000000000-1234567890123");
        assertThat(value.get("source")).isEqualTo(new ObjectMapper().readTree(
                "{\"camera\":\"Zürich hall-2\",\"session\":1700000000000,\"frame\":1234567890123}"));
        assertThat(value.at("/reused/id").textValue()).isEqualTo("Zürich hall-2-1700000000000-1234567890122");
    }

    @Test
    void aDeadLetterOfACameraNamesItsFrameAndIsReadBack() {
        ProducerRecord<byte[], byte[]> record = deadLetters.serialize(SampleRecords.deadLetterOfACamera(), null, null);

        assertThat(headers(record)).contains("source-camera=Zürich hall-2", "source-session=1700000000000",
                "source-frame=1234567890123").noneMatch(header -> header.startsWith("source-topic"));
        List<RecordHeader> written = Arrays.stream(record.headers().toArray())
                .map(header -> new RecordHeader(header.key(), Optional.ofNullable(header.value()))).toList();
        assertThat(DeadLetterHeaders.read(written).source()).contains(SampleRecords.FRAME);
    }

    static List<Classification> classifications() {
        return List.of(SampleRecords.classification(), SampleRecords.classificationWithoutOptionalFields(),
                SampleRecords.reused(), SampleRecords.classificationOfRegions(),
                SampleRecords.classificationOfACamera());
    }

    @ParameterizedTest
    @MethodSource("classifications")
    void anOutputRecordFollowsItsJsonSchemaAndIsReadBack(Classification written) throws Exception {
        byte[] value = labels.serialize(written, null, null).value();

        assertThat(JsonSchemas.violations("classification", value)).isEmpty();
        // The headers are those of the Kafka record.
        assertThat(Classification.read(value)).usingRecursiveComparison().ignoringFields("headers")
                .isEqualTo(written);
    }

    @Test
    void theJsonSchemaRefusesADigestThatIsNone() throws IOException {
        ObjectNode record = (ObjectNode) json(labels.serialize(SampleRecords.classification(), null, null));
        ((ObjectNode) record.get("model")).put("digest", "not a digest");

        assertThat(violations(record)).hasSize(1);
    }

    @Test
    void aRecordOfBeforeThereWereRegionsIsRead() throws Exception {
        JsonNode older = json(labels.serialize(SampleRecords.classification(), null, null));

        assertThat(older.has("regions")).isFalse();
        assertThat(Classification.read(older.toString().getBytes(UTF_8)).regions()).isEmpty();
    }

    @Test
    void theReaderRefusesAnIdThatIsNotItsSources() {
        String json = new String(SampleRecords.classification().toJson(), UTF_8).replace("\"images-3", "\"images-4");

        assertThatExceptionOfType(MalformedRecordException.class)
                .isThrownBy(() -> Classification.read(json.getBytes(UTF_8)))
                .withMessage("the field id is not that of the field source: topic-partition-offset, or"
                        + " camera-session-frame");
    }

    @Test
    void theSchemaRefusesLabelsWithoutAModel() throws IOException {
        ObjectNode labelled = (ObjectNode) json(labels.serialize(SampleRecords.classification(), null, null));

        assertThat(violations(labelled.without("model"))).isNotEmpty();
    }

    @Test
    void aFrameThatTookOverLabelsNamesTheFrameThatTheyAreOf() throws Exception {
        ProducerRecord<byte[], byte[]> record = labels.serialize(SampleRecords.reused(), null, null);

        assertThat(violations(record)).isEmpty();
        assertThat(json(record).get("reused").toString()).isEqualTo("{\"id\":\"images-3-1234567890122\"}");
        assertThat(json(record).get("inferenceMillis").doubleValue()).isZero();
        Classification read = Classification.read(record.value());
        assertThat(read.reused()).contains("images-3-1234567890122");
        assertThat(read.id()).isEqualTo("images-3-1234567890123");
        assertThat(read.labels()).isEqualTo(SampleRecords.classification().labels());
        ProducerRecord<byte[], byte[]> own = labels.serialize(SampleRecords.classification(), null, null);
        assertThat(json(own).has("reused")).isFalse();
        assertThat(Classification.read(own.value()).reused()).isEmpty();
    }

    @Test
    void theSchemaAndTheReaderRefuseLabelsThatAreTakenOverFromNowhere() throws Exception {
        ObjectNode reused = (ObjectNode) json(labels.serialize(SampleRecords.reused(), null, null));

        assertThat(violations(reused.deepCopy().put("inferenceMillis", 1.5))).isNotEmpty();
        reused.putObject("reused");
        assertThat(violations(reused)).isNotEmpty();
        assertThatExceptionOfType(MalformedRecordException.class)
                .isThrownBy(() -> Classification.read(reused.toString().getBytes(UTF_8)))
                .withMessageContaining("id");
    }

    @Test
    void aKeyThatIsNotTextIsWrittenInBase64() throws IOException {
        Classification full = SampleRecords.classification();
        byte[] key = {(byte) 0xff, 0, 1};
        ProducerRecord<byte[], byte[]> record = labels.serialize(new Classification(full.source(), Optional.of(key),
                full.headers(), full.captureTime(), full.width(), full.height(), full.format(), full.modelName(),
                full.modelDigest(), full.labels(), full.regions(), 0, 0, full.classifiedAt(), Optional.empty()), null, null);

        assertThat(json(record).get("keyBase64").binaryValue()).isEqualTo(key);
        assertThat(json(record).has("key")).isFalse();
        assertThat(violations(record)).isEmpty();
    }

    @Test
    void aDeadLetterIsTheRecordUnchangedWithTheReasonInItsHeaders() {
        ProducerRecord<byte[], byte[]> record = deadLetters.serialize(SampleRecords.deadLetter(), null, 5L);

        assertThat(record.topic()).isEqualTo("dead");
        assertThat(record.key()).isEqualTo("camera-1".getBytes(UTF_8));
        assertThat(record.value()).isEqualTo(new byte[] {1, 2, 3, -1});
        assertThat(headers(record)).containsExactly(
                "content-type=image/jpeg", "nothing=null", "site=Zürich", "error-code=TRUNCATED",
                "error-message=The picture ends early", "source-topic=images", "source-partition=3",
                "source-offset=1234567890123", "failed-at=42");
    }

    @Test
    void theHeadersOfADeadLetterAreReadBack() {
        Instant failedAt = Instant.ofEpochMilli(1_700_000_000_456L);
        DeadLetter letter = new DeadLetter(SampleRecords.image(), ErrorCode.TRUNCATED, "It ends early", failedAt);
        List<RecordHeader> headers = DeadLetterHeaders.write(letter, letter.source().headers(), Optional.of("value"));

        assertThat(DeadLetterHeaders.read(headers)).isEqualTo(new DeadLetterHeaders(Optional.of("TRUNCATED"),
                Optional.of("It ends early"), Optional.of(SampleRecords.COORDINATES), Optional.of(failedAt),
                Optional.of("value"), 0, Optional.empty()));
        assertThat(DeadLetterHeaders.original(headers)).isEqualTo(letter.source().headers());
    }

    @Test
    void aDeadLetterThatTheTopicWouldRefuseGoesWithoutItsValueAndSaysSo() {
        DeadLetter letter = SampleRecords.deadLetter();
        int whole = size(new DeadLetterSerializationSchema("dead", 1_000_000).serialize(letter, null, null));

        assertThat(new DeadLetterSerializationSchema("dead", whole).serialize(letter, null, null).value()).isNotNull();
        // The header that says so takes more room than these four bytes do.
        ProducerRecord<byte[], byte[]> bare =
                new DeadLetterSerializationSchema("dead", whole - 1).serialize(letter, null, null);
        assertThat(bare.key()).isNull();
        assertThat(bare.value()).isNull();
        assertThat(headers(bare)).contains("omitted=key, value, headers", "source-offset=1234567890123")
                .doesNotContain("site=Zürich");

        DeadLetter large = new DeadLetter(new RawRecord(letter.source().coordinates(), letter.source().key(),
                Optional.of(new byte[1000]), letter.source().headers()), letter.code(), letter.message(),
                letter.failedAt());
        ProducerRecord<byte[], byte[]> withoutValue =
                new DeadLetterSerializationSchema("dead", 1000).serialize(large, null, null);
        assertThat(withoutValue.key()).isEqualTo("camera-1".getBytes(UTF_8));
        assertThat(withoutValue.value()).isNull();
        assertThat(headers(withoutValue)).contains("omitted=value", "site=Zürich");
    }

    private static int size(ProducerRecord<byte[], byte[]> record) {
        return AbstractRecords.estimateSizeInBytesUpperBound(RecordBatch.CURRENT_MAGIC_VALUE, CompressionType.NONE,
                record.key(), record.value(), record.headers().toArray());
    }

    private static RawRecord deserialize(ConsumerRecord<byte[], byte[]> record) {
        List<RawRecord> out = new ArrayList<>();
        new RawRecordDeserializationSchema().deserialize(record, new ListCollector<>(out));
        assertThat(out).hasSize(1);
        return out.get(0);
    }

    private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
        return Arrays.stream(record.headers().toArray()).map(KafkaSchemasTest::text).toList();
    }

    private static String text(Header header) {
        return header.key() + "=" + (header.value() == null ? "null" : new String(header.value(), UTF_8));
    }

    private static JsonNode json(ProducerRecord<byte[], byte[]> record) throws IOException {
        return new ObjectMapper().readTree(record.value());
    }

    private static List<String> violations(ProducerRecord<byte[], byte[]> record) throws IOException {
        return violations(json(record));
    }

    private static List<String> violations(JsonNode value) throws IOException {
        return JsonSchemas.violations("classification", value.toString().getBytes(UTF_8));
    }
}
