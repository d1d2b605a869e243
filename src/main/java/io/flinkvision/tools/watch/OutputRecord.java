package io.flinkvision.tools.watch;

import io.flinkvision.job.record.CameraPicture;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.RawRecord;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of the output topic: the labels of a picture, or a malformed value.
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
    record Classified(ConsumerRecord<byte[], byte[]> record, Classification classification)
            implements OutputRecord {

        public Classified {
            Objects.requireNonNull(record, "record");
            Objects.requireNonNull(classification, "classification");
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

    /** The labels; empty if the value is malformed. */
    default Optional<Classification> value() {
        return this instanceof Classified classified ? Optional.of(classified.classification()) : Optional.empty();
    }

    /** The record of the input that it is about; empty where it does not say. */
    default Optional<PictureOrigin> source() {
        return value().map(Classification::source);
    }

    /**
     * Reads a record, whatever it holds.
     */
    static OutputRecord of(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null
                ? new Malformed(record, "the record has no value")
                : of(record, () -> Classification.read(record.value()));
    }

    /** Reads a record of the topic of pictures, whatever it holds: the labels of the picture that it has. */
    static OutputRecord ofPicture(ConsumerRecord<byte[], byte[]> record) {
        return of(record, () -> CameraPicture.labels(RawRecord.of(record)));
    }

    /** A way to find the labels in a record. */
    @FunctionalInterface
    interface Reading {

        Classification read() throws MalformedRecordException;
    }

    private static OutputRecord of(ConsumerRecord<byte[], byte[]> record, Reading reading) {
        try {
            return new Classified(record, reading.read());
        } catch (MalformedRecordException e) {
            return new Malformed(record, e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            return new Malformed(record, "the value cannot be read: " + e);
        }
    }
}
