package io.flinkvision.job.operator;

import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.DeadLetterHeaders;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordHeader;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes a dead letter: the record's key, value and headers as they were, and then the {@link DeadLetterHeaders}. The
 * record's time is when it is written, not the source's: a broker refuses times too far in the future, and retention
 * would at once delete those too far in the past.
 *
 * <p>If the topic's maximum record size leaves no room for those headers, the value is left out, or if need be the key
 * and headers too: the broker would refuse the record, which fails the job again after every restart. The header
 * {@code omitted} then lists what is missing; the source still has it.
 */
public final class DeadLetterSerializationSchema implements KafkaRecordSerializationSchema<DeadLetter> {

    private static final long serialVersionUID = 2L;

    private final String topic;
    private final int largestRecord;

    /**
     * @param topic the dead-letter topic
     * @param largestRecord bytes of the largest record that the topic takes, its {@code max.message.bytes}
     */
    public DeadLetterSerializationSchema(String topic, int largestRecord) {
        this.topic = topic;
        this.largestRecord = largestRecord;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(DeadLetter letter, KafkaSinkContext context, Long timestamp) {
        RawRecord source = letter.source();
        ProducerRecord<byte[], byte[]> whole =
                record(letter, source.key(), source.value(), source.headers(), Optional.empty());
        if (fits(whole)) {
            return whole;
        }
        ProducerRecord<byte[], byte[]> withoutValue =
                record(letter, source.key(), Optional.empty(), source.headers(), Optional.of("value"));
        return fits(withoutValue)
                ? withoutValue
                : record(letter, Optional.empty(), Optional.empty(), List.of(), Optional.of("key, value, headers"));
    }

    private ProducerRecord<byte[], byte[]> record(
            DeadLetter letter,
            Optional<byte[]> key,
            Optional<byte[]> value,
            List<RecordHeader> sourceHeaders,
            Optional<String> omitted) {
        return RawRecord.outgoing(topic, key, value, DeadLetterHeaders.write(letter, sourceHeaders, omitted));
    }

    private boolean fits(ProducerRecord<byte[], byte[]> record) {
        return RawRecord.bytes(record) <= largestRecord;
    }
}
