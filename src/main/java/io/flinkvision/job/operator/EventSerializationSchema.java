package io.flinkvision.job.operator;

import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes an event: JSON by {@code conf/schemas/event.schema.json}, under the key of the camera's pictures. */
public final class EventSerializationSchema implements KafkaRecordSerializationSchema<CameraEvent> {

    private static final long serialVersionUID = 1L;

    private final String topic;

    /** @param topic of the events */
    public EventSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(CameraEvent event, KafkaSinkContext context, Long timestamp) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, event.key().orElse(null), event.toJson());
        record.headers().add(RecordHeader.CONTENT_TYPE,
                ClassificationSerializationSchema.CONTENT_TYPE.getBytes(StandardCharsets.UTF_8));
        return record;
    }
}
