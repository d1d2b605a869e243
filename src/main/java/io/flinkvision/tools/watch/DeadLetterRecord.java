package io.flinkvision.tools.watch;

import io.flinkvision.job.record.DeadLetterHeaders;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record of the dead-letter topic, as far as its headers can be understood; somebody else may have written it.
 *
 * @param record the record as Kafka gave it
 * @param headers the job's
 */
public record DeadLetterRecord(ConsumerRecord<byte[], byte[]> record, DeadLetterHeaders headers) {

    public DeadLetterRecord {
        Objects.requireNonNull(record, "record");
        Objects.requireNonNull(headers, "headers");
    }

    /** Reads a record, whatever its headers are. */
    public static DeadLetterRecord of(ConsumerRecord<byte[], byte[]> record) {
        return new DeadLetterRecord(record, DeadLetterHeaders.read(RawRecord.of(record).headers()));
    }

    /** Where the dead letter itself lies. */
    public RecordCoordinates coordinates() {
        return JsonLines.coordinates(record);
    }

    /** The record as it was before it failed, if the dead letter lacks nothing of it. */
    RawRecord original() {
        RawRecord letter = RawRecord.of(record);
        return new RawRecord(letter.coordinates(), letter.key(), letter.value(),
                DeadLetterHeaders.original(letter.headers()));
    }

    /** Whether a record may be the one that failed; a topic that was made anew holds others at the same offsets. */
    boolean mayBeOf(RawRecord original) {
        return headers.omitted().filter("value"::equals).isEmpty()
                || Arrays.equals(original.key().orElse(null), record.key());
    }

    /**
     * The record that is sent back, marked with how often that has happened and from which dead letter.
     *
     * @param original the record as it was before it failed
     * @param topic where to
     * @param partition which one, or the key's own
     */
    ProducerRecord<byte[], byte[]> replay(RawRecord original, String topic, Optional<Integer> partition) {
        ProducerRecord<byte[], byte[]> record = RawRecord.outgoing(
                topic, original.key(), original.value(), headers.replay(original.headers(), coordinates()));
        return new ProducerRecord<>(
                topic, partition.orElse(null), record.key(), record.value(), record.headers());
    }
}
