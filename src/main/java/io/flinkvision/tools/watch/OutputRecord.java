package io.flinkvision.tools.watch;

import io.flinkvision.job.record.ClassificationReader;
import io.flinkvision.job.record.ClassificationRecord;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.OutputValue;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.SkippedRecord;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of the output topic: the labels of a picture, the note that a frame was skipped, or something that somebody
 * else wrote there.
 */
public sealed interface OutputRecord {

    /** The record as Kafka gave it. */
    ConsumerRecord<byte[], byte[]> record();

    /**
     * The labels of a picture.
     *
     * @param record the record as Kafka gave it
     * @param classification its value, read
     */
    record Classified(ConsumerRecord<byte[], byte[]> record, ClassificationRecord classification)
            implements OutputRecord {

        public Classified {
            Objects.requireNonNull(record, "record");
            Objects.requireNonNull(classification, "classification");
        }
    }

    /**
     * The note that nobody looked at a frame.
     *
     * @param record the record as Kafka gave it
     * @param frame its value, read
     */
    record Skipped(ConsumerRecord<byte[], byte[]> record, SkippedRecord frame) implements OutputRecord {

        public Skipped {
            Objects.requireNonNull(record, "record");
            Objects.requireNonNull(frame, "frame");
        }
    }

    /**
     * A record that does not hold the labels of a picture.
     *
     * @param record the record as Kafka gave it
     * @param reason what is wrong with its value
     */
    record Malformed(ConsumerRecord<byte[], byte[]> record, String reason) implements OutputRecord {

        public Malformed {
            Objects.requireNonNull(record, "record");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** Its value; empty where it is neither. */
    default Optional<OutputValue> value() {
        if (this instanceof Classified classified) {
            return Optional.of(classified.classification());
        }
        return this instanceof Skipped skipped ? Optional.of(skipped.frame()) : Optional.empty();
    }

    /** The record of the input that it is about; empty where it does not say. */
    default Optional<RecordCoordinates> source() {
        return value().map(OutputValue::source);
    }

    /**
     * Reads a record, whatever it holds. A capture time outside of the bounds of {@link PlausibleTime} is left out;
     * with any other time outside of them the record is malformed.
     */
    static OutputRecord of(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return new Malformed(record, "the record has no value");
        }
        try {
            OutputValue value = ClassificationReader.read(record.value());
            return value instanceof ClassificationRecord classification
                    ? new Classified(record, bounded(classification))
                    : new Skipped(record, bounded((SkippedRecord) value));
        } catch (MalformedRecordException e) {
            return new Malformed(record, e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            return new Malformed(record, "the value cannot be read: " + e);
        }
    }

    private static ClassificationRecord bounded(ClassificationRecord read) throws MalformedRecordException {
        return new ClassificationRecord(read.id(), read.source(), read.key(),
                read.captureTime().flatMap(PlausibleTime::of), read.width(), read.height(), read.format(),
                read.modelName(), read.modelDigest(), read.labels(), read.decodeMillis(), read.inferenceMillis(),
                PlausibleTime.required("classifiedAt", read.classifiedAt()), read.reused());
    }

    private static SkippedRecord bounded(SkippedRecord read) throws MalformedRecordException {
        return new SkippedRecord(read.id(), read.source(), read.key(), read.captureTime().flatMap(PlausibleTime::of),
                read.code(), read.message(), PlausibleTime.required("skipped.at", read.skippedAt()));
    }
}
