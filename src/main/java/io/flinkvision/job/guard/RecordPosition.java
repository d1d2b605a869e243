package io.flinkvision.job.guard;

import java.util.Objects;

/**
 * The position of a record.
 *
 * @param partition from 0
 * @param offset in the partition, from 0
 */
public record RecordPosition(String topic, int partition, long offset) implements GuardedRecord {

    public RecordPosition {
        Objects.requireNonNull(topic, "topic");
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "No record lies at partition " + partition + " and offset " + offset + " of topic " + topic);
        }
    }

    /** {@code topic-partition-offset}. */
    @Override
    public String toString() {
        return topic + "-" + partition + "-" + offset;
    }
}
