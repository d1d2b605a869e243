package io.flinkvision.tools.watch;

import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record of the dead-letter topic, as far as its headers can be understood; somebody else may have written it. The
 * job appends its headers to the picture's own, so of each name the last one counts.
 *
 * @param record the record as Kafka gave it
 * @param code why the picture got no label
 * @param message what was wrong, for a person
 * @param source where the picture was read
 * @param failedAt when the job gave up on it; empty where that is outside of the bounds of {@link PlausibleTime}
 * @param omitted what the record lacks of the picture's, because it would have been too large
 * @param replayed how often the picture had been sent back to its topic before this failure
 * @param replayedFrom the dead letter from which it was sent back last
 */
public record DeadLetterRecord(
        ConsumerRecord<byte[], byte[]> record,
        Optional<String> code,
        Optional<String> message,
        Optional<RecordCoordinates> source,
        Optional<Instant> failedAt,
        Optional<String> omitted,
        int replayed,
        Optional<String> replayedFrom) {

    /** The header of a record that was sent back: how often that has happened to it, from 1. */
    public static final String REPLAYED = "replayed";

    /** The header of a record that was sent back: the {@code topic-partition-offset} of the dead letter. */
    public static final String REPLAYED_FROM = "replayed-from";

    private static final String NUMBER = "[0-9]{1,9}";
    private static final String LONG_NUMBER = "[0-9]{1,18}";

    public DeadLetterRecord {
        Objects.requireNonNull(record, "record");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(failedAt, "failedAt");
        Objects.requireNonNull(omitted, "omitted");
        Objects.requireNonNull(replayedFrom, "replayedFrom");
    }

    /** Reads a record, whatever its headers are. */
    public static DeadLetterRecord of(ConsumerRecord<byte[], byte[]> record) {
        Optional<String> topic = header(record, RecordHeaders.SOURCE_TOPIC);
        Optional<Integer> partition = header(record, RecordHeaders.SOURCE_PARTITION)
                .filter(text -> text.matches(NUMBER)).map(Integer::valueOf);
        Optional<Long> offset = header(record, RecordHeaders.SOURCE_OFFSET)
                .filter(text -> text.matches(LONG_NUMBER)).map(Long::valueOf);
        return new DeadLetterRecord(
                record,
                header(record, RecordHeaders.ERROR_CODE),
                header(record, RecordHeaders.ERROR_MESSAGE),
                topic.flatMap(name -> partition.flatMap(number -> offset.map(
                        position -> new RecordCoordinates(name, number, position)))),
                header(record, RecordHeaders.FAILED_AT)
                        .filter(text -> text.matches("[0-9]{1,15}")).map(Long::valueOf).map(Instant::ofEpochMilli)
                        .flatMap(PlausibleTime::of),
                header(record, RecordHeaders.OMITTED),
                header(record, REPLAYED).filter(text -> text.matches(NUMBER)).map(Integer::valueOf).orElse(0),
                header(record, REPLAYED_FROM));
    }

    /** Where the dead letter itself lies. */
    public RecordCoordinates coordinates() {
        return JsonLines.coordinates(record);
    }

    /** The picture's own headers: those before the ones that the job appended, the first of which is the code. */
    public List<Header> originalHeaders() {
        Header[] headers = record.headers().toArray();
        for (int i = headers.length - 1; i >= 0; i--) {
            if (headers[i].key().equals(RecordHeaders.ERROR_CODE)) {
                return List.of(Arrays.copyOf(headers, i));
            }
        }
        return List.of(headers);
    }

    private static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }
}
