package io.flinkvision.tools.watch;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads a compacted topic from its beginning: first the last record of each key, all of them at once, then each change.
 */
public final class PresentReader {

    /** A camera, then its regions, then the next camera. */
    private static final Comparator<ConsumerRecord<byte[], byte[]>> BY_CAMERA =
            Comparator.comparing(record -> TextLines.key(record).replace('/', '\0'));

    private final TopicReader reader;
    private Optional<Map<ByteBuffer, ConsumerRecord<byte[], byte[]>>> collected = Optional.of(new HashMap<>());

    /** @param reader that starts at the beginning of the topic */
    public PresentReader(TopicReader reader) {
        this.reader = Objects.requireNonNull(reader, "reader");
    }

    /**
     * Waits for records, as {@link TopicReader#poll} does.
     *
     * @return nothing until all has been read that was there at the start; then the present, sorted by key, without what
     *     was deleted; after that the changes, one record without a value for each deletion
     */
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
        List<ConsumerRecord<byte[], byte[]>> records = reader.poll(timeout);
        if (collected.isEmpty()) {
            return records;
        }
        Map<ByteBuffer, ConsumerRecord<byte[], byte[]>> present = collected.get();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            ByteBuffer key = ByteBuffer.wrap(record.key() == null ? new byte[0] : record.key());
            if (record.value() == null) {
                present.remove(key);
            } else {
                present.put(key, record);
            }
        }
        if (!reader.isCaughtUp()) {
            return List.of();
        }
        collected = Optional.empty();
        List<ConsumerRecord<byte[], byte[]>> sorted = new ArrayList<>(present.values());
        sorted.sort(BY_CAMERA);
        return sorted;
    }

    /** Whether the present has been returned. */
    public boolean hasPresent() {
        return collected.isEmpty();
    }
}
