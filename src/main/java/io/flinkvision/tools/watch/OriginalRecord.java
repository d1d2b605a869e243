package io.flinkvision.tools.watch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A picture's record as it was before it failed.
 *
 * @param key as it was
 * @param value as it was
 * @param headers without those of the failure
 */
record OriginalRecord(Optional<byte[]> key, Optional<byte[]> value, List<Header> headers) {

    /** From a dead letter that lacks nothing. */
    static OriginalRecord of(DeadLetterRecord letter) {
        return new OriginalRecord(Optional.ofNullable(letter.record().key()),
                Optional.ofNullable(letter.record().value()), letter.originalHeaders());
    }

    /** From the record at the source. */
    static OriginalRecord of(ConsumerRecord<byte[], byte[]> source) {
        return new OriginalRecord(Optional.ofNullable(source.key()), Optional.ofNullable(source.value()),
                List.of(source.headers().toArray()));
    }

    /** Whether this may be the record of a dead letter; a topic that was made anew holds others at the same offsets. */
    boolean belongsTo(DeadLetterRecord letter) {
        return letter.omitted().filter("value"::equals).isEmpty()
                || Arrays.equals(key.orElse(null), letter.record().key());
    }

    /**
     * The record that is sent, marked with how often that has happened and from which dead letter.
     *
     * @param topic where to
     * @param partition which one, or the key's own
     */
    ProducerRecord<byte[], byte[]> replayed(DeadLetterRecord letter, String topic, Optional<Integer> partition) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, partition.orElse(null), key.orElse(null), value.orElse(null));
        headers.stream()
                .filter(header -> !header.key().equals(DeadLetterRecord.REPLAYED)
                        && !header.key().equals(DeadLetterRecord.REPLAYED_FROM))
                .forEach(record.headers()::add);
        record.headers().add(DeadLetterRecord.REPLAYED, utf8(Integer.toString(letter.replayed() + 1)));
        record.headers().add(DeadLetterRecord.REPLAYED_FROM, utf8(letter.coordinates().toString()));
        return record;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
