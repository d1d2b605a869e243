package io.flinkvision.job.operator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkvision.job.event.BestFrame;
import io.flinkvision.job.event.Episode;
import io.flinkvision.job.event.Event.Changed;
import io.flinkvision.job.event.Event.Counted;
import io.flinkvision.job.event.Event.Ended;
import io.flinkvision.job.event.Event.Offline;
import io.flinkvision.job.event.Event.Online;
import io.flinkvision.job.event.Event.Started;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.RecordHeaders;
import io.flinkvision.job.record.RecordKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes an event: JSON by {@code conf/schemas/event.schema.json}, under the key of the camera's pictures. */
public final class EventSerializationSchema implements KafkaRecordSerializationSchema<CameraEvent> {

    private static final long serialVersionUID = 1L;

    private final String topic;
    private transient JsonFactory json;

    /** @param topic of the events */
    public EventSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
        json = new JsonFactory();
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(CameraEvent event, KafkaSinkContext context, Long timestamp) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, event.key().orElse(null), value(event));
        record.headers().add(RecordHeaders.CONTENT_TYPE,
                ClassificationSerializationSchema.CONTENT_TYPE.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private byte[] value(CameraEvent record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = json.createGenerator(bytes)) {
            generator.writeStartObject();
            generator.writeStringField("type", record.event().type().name().toLowerCase(Locale.ROOT));
            RecordKey.write(record.key(), generator);
            generator.writeStringField("at", record.event().at().toString());
            writeRest(record.event(), generator);
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void writeRest(Event event, JsonGenerator generator) throws IOException {
        if (event instanceof Started started) {
            generator.writeStringField("label", started.label());
            writeBest(started.best(), generator);
        } else if (event instanceof Ended ended) {
            writeEpisode(ended.episode(), generator);
        } else if (event instanceof Changed changed) {
            generator.writeStringField("label", changed.label());
            writeBest(changed.best(), generator);
            generator.writeObjectFieldStart("previous");
            writeEpisode(changed.previous(), generator);
            generator.writeEndObject();
        } else if (event instanceof Offline offline) {
            generator.writeStringField("lastFrameAt", offline.lastFrameAt().toString());
        } else if (event instanceof Online online) {
            if (online.silence().isPresent()) {
                generator.writeNumberField("silenceMillis", online.silence().get().toMillis());
            }
        } else if (event instanceof Counted counted) {
            writeCounts(counted, generator);
        }
    }

    private static void writeEpisode(Episode episode, JsonGenerator generator) throws IOException {
        generator.writeStringField("label", episode.label());
        generator.writeStringField("from", episode.from().toString());
        generator.writeStringField("until", episode.until().toString());
        generator.writeNumberField("durationMillis", episode.duration().toMillis());
        generator.writeNumberField("frames", episode.frames());
        writeBest(episode.best(), generator);
    }

    private static void writeBest(BestFrame best, JsonGenerator generator) throws IOException {
        generator.writeObjectFieldStart("best");
        generator.writeStringField("frame", best.id());
        // As it stands in the frame's own record, which holds it in single precision.
        generator.writeNumberField("score", (float) best.score());
        generator.writeEndObject();
    }

    private static void writeCounts(Counted counted, JsonGenerator generator) throws IOException {
        generator.writeStringField("from", counted.from().toString());
        generator.writeNumberField("frames", counted.frames());
        generator.writeArrayFieldStart("counts");
        for (Map.Entry<String, Long> count : counted.counts().entrySet()) {
            generator.writeStartObject();
            generator.writeStringField("label", count.getKey());
            generator.writeNumberField("count", count.getValue());
            generator.writeEndObject();
        }
        generator.writeEndArray();
    }
}
