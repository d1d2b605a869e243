package io.flinkvision.job.operator;

import io.flinkvision.job.format.RegisteredSchema;
import io.flinkvision.job.record.SchemaRecord;
import java.util.Optional;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes labels or events by a registered schema, but for their value as {@link JsonSerializationSchema} does. It knows
 * the schema's number and asks no registry.
 *
 * @param <T> the topic's records
 */
public final class FramedSerializationSchema<T extends SchemaRecord> implements KafkaRecordSerializationSchema<T> {

    private static final long serialVersionUID = 1L;

    private final String topic;
    private final RegisteredSchema schema;

    public FramedSerializationSchema(String topic, RegisteredSchema schema) {
        this.topic = topic;
        this.schema = schema;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(T record, KafkaSinkContext context, Long timestamp) {
        return JsonSerializationSchema.outgoing(
                topic, record, Optional.of(schema.write(record.toTree())), schema.format());
    }
}
