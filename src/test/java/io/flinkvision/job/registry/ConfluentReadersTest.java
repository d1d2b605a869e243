package io.flinkvision.job.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.job.format.RecordFormat;
import io.flinkvision.job.format.RecordSchema;
import io.flinkvision.job.format.RegisteredSchema;
import io.flinkvision.job.operator.SampleRecords;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.SchemaRecord;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.formats.avro.registry.confluent.ConfluentRegistryAvroDeserializationSchema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Flink's own deserialiser, with Confluent's client and Avro's own reader in it, reads what the job writes. */
class ConfluentReadersTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TIMES =
            List.of("captureTime", "classifiedAt", "at", "from", "until", "lastFrameAt");

    static Stream<SchemaRecord> records() {
        return Stream.concat(SampleRecords.events(), Stream.of(SampleRecords.classification(), SampleRecords.reused(),
                SampleRecords.classificationOfRegions(), SampleRecords.classificationOfACamera(),
                SampleRecords.classificationWithoutOptionalFields(), SampleRecords.measuredClassification()));
    }

    @ParameterizedTest
    @MethodSource("records")
    void flinkReadsTheSameContentThroughTheRegistry(SchemaRecord record) throws Exception {
        RecordSchema schema = record instanceof Classification ? RecordSchema.CLASSIFICATION : RecordSchema.EVENT;
        try (TestSchemaRegistry registry = new TestSchemaRegistry()) {
            int id = new SchemaRegistry(URI.create(registry.url()), Map.of())
                    .register("labels", schema, RecordFormat.AVRO);
            var reader = ConfluentRegistryAvroDeserializationSchema.forGeneric(
                    new Schema.Parser().parse(schema.text(RecordFormat.AVRO)), registry.url());

            GenericRecord read = reader.deserialize(
                    new RegisteredSchema(schema, RecordFormat.AVRO, id).write(record.toTree()));

            assertThat(JSON.readTree(json(read).toString())).isEqualTo(JSON.readTree(record.toJson()));
            assertThat(registry.requests()).contains("GET /schemas/ids/" + id);
        }
    }

    private static JsonNode json(Object value) {
        if (value instanceof GenericRecord record) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (Schema.Field field : record.getSchema().getFields()) {
                Object content = record.get(field.pos());
                if (content != null) {
                    object.set(field.name(), TIMES.contains(field.name())
                            ? JsonNodeFactory.instance.textNode(time(content))
                            : json(content));
                }
            }
            return object;
        }
        if (value instanceof List<?> list) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            list.forEach(element -> array.add(json(element)));
            return array;
        }
        return value instanceof CharSequence text
                ? JsonNodeFactory.instance.textNode(text.toString())
                : JSON.valueToTree(value);
    }

    private static String time(Object millis) {
        return Instant.ofEpochMilli((long) millis).toString();
    }
}
