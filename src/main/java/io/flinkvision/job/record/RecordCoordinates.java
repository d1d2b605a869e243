package io.flinkvision.job.record;

import io.flinkvision.job.guard.RecordPosition;
import java.util.Objects;

/**
 * The position of a Kafka record, which identifies it even if it is read twice.
 *
 * @param topic the topic
 * @param partition the partition, from 0
 * @param offset the offset in the partition, from 0
 */
public record RecordCoordinates(String topic, int partition, long offset) implements PictureOrigin {

    public RecordCoordinates {
        Objects.requireNonNull(topic, "topic");
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "No record lies at partition " + partition + " and offset " + offset + " of topic " + topic);
        }
    }

    @Override
    public RecordPosition position() {
        return new RecordPosition(topic, partition, offset);
    }

    /** {@code topic-partition-offset}, the {@code id} of an output record. */
    @Override
    public String toString() {
        return topic + "-" + partition + "-" + offset;
    }
}
