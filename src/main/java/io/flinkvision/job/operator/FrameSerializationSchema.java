package io.flinkvision.job.operator;

import io.flinkvision.job.record.RawRecord;
import java.util.Objects;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes a frame of a camera as it is, as {@code bin/vision feed} does: the record's time is when it was taken. */
public final class FrameSerializationSchema implements KafkaRecordSerializationSchema<RawRecord> {

    private static final long serialVersionUID = 1L;

    private final String topic;

    /** @param topic of the frames */
    public FrameSerializationSchema(String topic) {
        this.topic = Objects.requireNonNull(topic, "topic");
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(RawRecord frame, KafkaSinkContext context, Long timestamp) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, null, timestamp, frame.key().orElse(null), frame.value().orElse(null));
        frame.headers().forEach(header -> record.headers().add(header.name(), header.value().orElse(null)));
        return record;
    }
}
