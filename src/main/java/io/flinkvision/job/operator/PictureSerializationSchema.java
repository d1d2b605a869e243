package io.flinkvision.job.operator;

import io.flinkvision.job.record.RawRecord;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes the records of {@link PicturesFunction} as they are. Their time is when they are written. */
public final class PictureSerializationSchema implements KafkaRecordSerializationSchema<RawRecord> {

    private static final long serialVersionUID = 1L;

    private final String topic;

    public PictureSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(RawRecord picture, KafkaSinkContext context, Long timestamp) {
        return outgoing(topic, picture);
    }

    /** Bytes that a record takes in its topic, at most. */
    static int bytes(RawRecord picture) {
        return RawRecord.bytes(outgoing("", picture));
    }

    private static ProducerRecord<byte[], byte[]> outgoing(String topic, RawRecord picture) {
        return RawRecord.outgoing(topic, picture.key(), picture.value(), picture.headers());
    }
}
