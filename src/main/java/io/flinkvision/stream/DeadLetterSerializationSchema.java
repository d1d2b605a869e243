package io.flinkvision.stream;

import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Writes a dead letter: the record's key, value and headers as they were, and after them the headers that say why and
 * where it failed. The record's time is when it is written, not the source's: a broker refuses times too far in the
 * future, and retention would at once delete those too far in the past.
 */
public final class DeadLetterSerializationSchema implements KafkaRecordSerializationSchema<DeadLetter> {

    private static final long serialVersionUID = 1L;

    private final String topic;

    /** @param topic the dead-letter topic */
    public DeadLetterSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(DeadLetter letter, KafkaSinkContext context, Long timestamp) {
        ImageRecord source = letter.source();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, source.key().orElse(null), source.value().orElse(null));
        Headers headers = record.headers();
        source.headers().forEach(header -> headers.add(header.name(), header.value().orElse(null)));
        addText(headers, RecordHeaders.ERROR_CODE, letter.code().name());
        addText(headers, RecordHeaders.ERROR_MESSAGE, letter.message());
        addText(headers, RecordHeaders.SOURCE_TOPIC, source.coordinates().topic());
        addText(headers, RecordHeaders.SOURCE_PARTITION, Integer.toString(source.coordinates().partition()));
        addText(headers, RecordHeaders.SOURCE_OFFSET, Long.toString(source.coordinates().offset()));
        addText(headers, RecordHeaders.FAILED_AT, Long.toString(letter.failedAt().toEpochMilli()));
        return record;
    }

    private static void addText(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
