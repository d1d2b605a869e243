package io.flinkvision.job.operator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Writes an output record: JSON by {@code conf/schemas/classification.schema.json}, under the picture's key, with the
 * picture's headers. The record's time is when it is written; {@code captureTime} in the value is when the picture was
 * taken. A frame that took over labels has the field {@code reused} with the id of the frame that they are of.
 */
public final class ClassificationSerializationSchema implements KafkaRecordSerializationSchema<Classification> {

    /** The content type of an output record's value. */
    public static final String CONTENT_TYPE = "application/json";

    private static final long serialVersionUID = 1L;

    private static final double NANOS_A_MILLISECOND = 1e6;

    private final String topic;
    private transient JsonFactory json;

    /** @param topic the output topic */
    public ClassificationSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
        json = new JsonFactory();
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            Classification record, KafkaSinkContext context, Long timestamp) {
        ProducerRecord<byte[], byte[]> result =
                new ProducerRecord<>(topic, record.key().orElse(null), value(record));
        Headers headers = result.headers();
        record.headers().forEach(header -> headers.add(header.name(), header.value().orElse(null)));
        headers.add(RecordHeader.CONTENT_TYPE, CONTENT_TYPE.getBytes(StandardCharsets.UTF_8));
        return result;
    }

    private byte[] value(Classification record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = json.createGenerator(bytes)) {
            generator.writeStartObject();
            write(record, generator);
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void write(Classification record, JsonGenerator generator) throws IOException {
        writeSource(record.source(), record.key(), record.captureTime(), generator);
        generator.writeObjectFieldStart("image");
        generator.writeNumberField("width", record.width());
        generator.writeNumberField("height", record.height());
        generator.writeStringField("format", record.format());
        generator.writeEndObject();
        generator.writeObjectFieldStart("model");
        generator.writeStringField("name", record.modelName());
        generator.writeStringField("digest", record.modelDigest());
        generator.writeEndObject();
        writeLabels(record.labels(), generator);
        if (record.reused().isPresent()) {
            generator.writeObjectFieldStart("reused");
            generator.writeStringField("id", record.reused().get().toString());
            generator.writeEndObject();
        }
        generator.writeNumberField("decodeMillis", milliseconds(record.decodeNanos()));
        generator.writeNumberField("inferenceMillis", milliseconds(record.inferenceNanos()));
        generator.writeStringField("classifiedAt", record.classifiedAt().toString());
    }

    private static void writeSource(RecordCoordinates source, Optional<byte[]> key, Optional<Instant> captureTime,
            JsonGenerator generator) throws IOException {
        generator.writeStringField("id", source.toString());
        generator.writeObjectFieldStart("source");
        generator.writeStringField("topic", source.topic());
        generator.writeNumberField("partition", source.partition());
        generator.writeNumberField("offset", source.offset());
        generator.writeEndObject();
        JsonObject.writeKey(key, generator);
        if (captureTime.isPresent()) {
            generator.writeStringField("captureTime", captureTime.get().toString());
        }
    }

    private static void writeLabels(List<Label> labels, JsonGenerator generator) throws IOException {
        generator.writeArrayFieldStart("labels");
        for (Label label : labels) {
            generator.writeStartObject();
            generator.writeStringField("label", label.label());
            generator.writeNumberField("index", label.index());
            generator.writeNumberField("score", label.score());
            generator.writeEndObject();
        }
        generator.writeEndArray();
    }

    private static double milliseconds(long nanos) {
        return Math.round(nanos / NANOS_A_MILLISECOND * 1000) / 1000.0;
    }
}
