package io.flinkvision.tools.wall;

import io.flinkvision.tools.teach.SeenFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** One reading of a span of time of a topic of labels, in slices, of each of which the beginning is read. */
final class PastScan {

    private static final Duration POLL = Duration.ofMillis(200);

    /** Without a common divisor with it, so that what was read when time runs out is spread over the span. */
    private static final int STRIDE = 7;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<TopicPartition> partitions;
    private final Limits limits;
    private final long deadline;
    private final Map<Object, SeenFrame> frames = new LinkedHashMap<>();

    /**
     * Limits of a reading.
     *
     * @param slices of the span
     * @param records after which no further ones of a slice are fetched
     * @param frames that are kept of a slice; some more where the labels change often
     * @param time of the whole reading
     */
    record Limits(int slices, int records, int frames, Duration time) {

        static final Limits DEFAULTS = new Limits(24, 10_000, 80, Duration.ofSeconds(8));
    }

    PastScan(KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, Limits limits) {
        this.consumer = consumer;
        this.partitions = partitions;
        this.limits = limits;
        this.deadline = System.nanoTime() + limits.time().toNanos();
    }

    /**
     * Reads frames.
     *
     * @param frame takes a record for one of the wanted frames
     * @return in the order of time
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read
     */
    List<SeenFrame> read(
            Instant from, Instant until, Function<ConsumerRecord<byte[], byte[]>, Optional<SeenFrame>> frame) {
        long start = from.toEpochMilli();
        long length = until.toEpochMilli() - start;
        for (int i = 0; i < limits.slices() && timeIsLeft(); i++) {
            long slice = (long) i * STRIDE % limits.slices();
            readSlice(start + length * slice / limits.slices(), start + length * (slice + 1) / limits.slices(), frame);
        }
        return frames.values().stream()
                .filter(found -> !found.capturedAt().isBefore(from) && found.capturedAt().isBefore(until))
                .sorted(Comparator.comparing(SeenFrame::capturedAt))
                .toList();
    }

    private boolean timeIsLeft() {
        return System.nanoTime() - deadline < 0;
    }

    private void readSlice(
            long from, long until, Function<ConsumerRecord<byte[], byte[]>, Optional<SeenFrame>> frame) {
        Map<TopicPartition, Long> ends = offsets(until, consumer.endOffsets(partitions));
        Map<TopicPartition, Long> starts = offsets(from, ends);
        Set<TopicPartition> open = partitions.stream()
                .filter(partition -> starts.get(partition) < ends.get(partition))
                .collect(Collectors.toCollection(HashSet::new));
        consumer.assign(open);
        open.forEach(partition -> consumer.seek(partition, starts.get(partition)));
        long apart = (until - from) / limits.frames();
        List<SeenFrame> kept = new ArrayList<>();
        int read = 0;
        while (!open.isEmpty() && read < limits.records() && timeIsLeft()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                read++;
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                    frame.apply(record).ifPresent(found -> keep(found, apart, kept));
                }
            }
            if (open.removeIf(partition -> consumer.position(partition) >= ends.get(partition))) {
                consumer.assign(open);
            }
        }
    }

    /** The offsets of the first records of a time or later. */
    private Map<TopicPartition, Long> offsets(long millis, Map<TopicPartition, Long> otherwise) {
        Map<TopicPartition, Long> offsets = new HashMap<>(otherwise);
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> Math.max(0, millis))));
        found.forEach((partition, offset) -> {
            if (offset != null) {
                offsets.put(partition, Math.min(offset.offset(), otherwise.get(partition)));
            }
        });
        return offsets;
    }

    private void keep(SeenFrame found, long apart, List<SeenFrame> kept) {
        if (!kept.isEmpty() && !found.isApart(
                kept.get(kept.size() - 1), apart, apart / SeenFrame.CHANGE_PRIVILEGE)) {
            return;
        }
        kept.add(found);
        frames.put(found.source(), found);
    }
}
