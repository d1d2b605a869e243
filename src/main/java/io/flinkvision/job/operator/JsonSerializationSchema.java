package io.flinkvision.job.operator;

import io.flinkvision.job.format.RecordFormat;
import io.flinkvision.job.record.JsonRecord;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes labels, events or states as JSON, under the picture's key and with its headers. The record's time is when it is
 * written.
 *
 * @param <T> the topic's records
 */
public final class JsonSerializationSchema<T extends JsonRecord> implements KafkaRecordSerializationSchema<T> {

    private static final long serialVersionUID = 1L;

    private final String topic;

    public JsonSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(T record, KafkaSinkContext context, Long timestamp) {
        return outgoing(topic, record, record.value(), RecordFormat.JSON);
    }

    static ProducerRecord<byte[], byte[]> outgoing(
            String topic, JsonRecord record, Optional<byte[]> value, RecordFormat format) {
        List<RecordHeader> headers = new ArrayList<>(record.headers());
        if (value.isPresent()) {
            headers.add(RecordHeader.text(RecordHeader.CONTENT_TYPE, format.contentType()));
        }
        return RawRecord.outgoing(topic, record.key(), value, headers);
    }
}
