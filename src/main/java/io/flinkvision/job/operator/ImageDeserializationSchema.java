package io.flinkvision.job.operator;

import io.flinkvision.job.record.ImageRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Hands on what Kafka delivered, unread. The connector turns an exception of a deserialiser into a failure of the job,
 * and the record would be read again after each restart; so nothing is interpreted here, and nothing can fail.
 */
public final class ImageDeserializationSchema implements KafkaRecordDeserializationSchema<ImageRecord> {

    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ImageRecord> out) {
        out.collect(read(record));
    }

    /** The record that a topic's record holds. */
    public static ImageRecord read(ConsumerRecord<byte[], byte[]> record) {
        List<RecordHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new RecordHeader(header.key(), Optional.ofNullable(header.value())));
        }
        return new ImageRecord(
                new RecordCoordinates(record.topic(), record.partition(), record.offset()),
                Optional.ofNullable(record.key()),
                Optional.ofNullable(record.value()),
                headers);
    }

    @Override
    public TypeInformation<ImageRecord> getProducedType() {
        return RecordTypeInformation.IMAGE_RECORD;
    }
}
