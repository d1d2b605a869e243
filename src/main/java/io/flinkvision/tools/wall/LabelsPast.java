package io.flinkvision.tools.wall;

import io.flinkvision.job.kafka.ReadingProperties;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.teach.FramePast;
import io.flinkvision.tools.teach.SeenFrame;
import io.flinkvision.tools.wall.AnsweredFrames.Places;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the past frames of a camera from the labels topic, or from that of pictures. A topic of many cameras holds more
 * than can be read while somebody waits, so it is read in samples that are spread over the time. Frames whose pictures
 * retention has deleted are left out.
 */
final class LabelsPast implements FramePast {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** A frame was taken before its labels were written. */
    private static final Duration MAX_LATENCY = Duration.ofMinutes(1);

    private final WatchedJob job;
    private final AnsweredFrames answered;
    private final PastScan.Limits limits;

    /**
     * Opens no connection yet.
     *
     * @param answered knows in which partitions the records of a camera are
     */
    LabelsPast(WatchedJob job, AnsweredFrames answered) {
        this(job, answered, PastScan.Limits.DEFAULTS);
    }

    LabelsPast(WatchedJob job, AnsweredFrames answered, PastScan.Limits limits) {
        this.job = job;
        this.answered = answered;
        this.limits = limits;
    }

    /** One at a time, so that ten people who move the slider do not make ten connections. */
    @Override
    public synchronized Span read(String camera, Instant from, Instant until) {
        Places places = answered.places(camera);
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(job.output())) {
            Set<TopicPartition> labels = places.labels().size() == 1 ? places.labels() : partitions(consumer);
            Optional<Instant> earliest = earliest(consumer, labels);
            // Half of a long time may be before the first record, and would be read for nothing.
            Instant first = earliest.filter(time -> time.minus(MAX_LATENCY).isAfter(from))
                    .map(time -> time.minus(MAX_LATENCY)).orElse(from);
            List<SeenFrame> frames = earliest.isPresent() && first.isBefore(until)
                    ? new PastScan(consumer, labels, limits).read(first, until, record -> frame(camera, record))
                    : List.of();
            return withoutDeleted(frames, places.images(), earliest);
        } catch (KafkaException e) {
            throw TopicReader.failure(job.answers(), e);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Properties given) {
        Properties properties = ReadingProperties.withoutGroup(given);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "50");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(REQUEST_TIMEOUT.toMillis()));
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(REQUEST_TIMEOUT.toMillis()));
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Set<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        List<PartitionInfo> partitions = consumer.partitionsFor(job.answers());
        if (partitions.isEmpty()) {
            throw new ToolException("Topic " + job.answers() + " does not exist");
        }
        return partitions.stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .collect(Collectors.toSet());
    }

    /** Of the others, which may be thousands of cameras, nothing but the key is read. */
    private Optional<SeenFrame> frame(String camera, ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null && DisplayText.ofKey(record.key()).equals(camera)
                        && job.answer(record) instanceof Classified classified
                ? answered.frame(classified)
                : Optional.empty();
    }

    private static Optional<Instant> earliest(
            KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> partitions) {
        return consumer.offsetsForTimes(partitions.stream().collect(Collectors.toMap(it -> it, it -> 0L)))
                .values().stream()
                .filter(Objects::nonNull)
                .map(OffsetAndTimestamp::timestamp)
                .min(Comparator.naturalOrder())
                .map(Instant::ofEpochMilli);
    }

    /** Leaves out what the images topic no longer holds, and the time before. */
    private Span withoutDeleted(List<SeenFrame> frames, Set<TopicPartition> known, Optional<Instant> earliestLabel) {
        Set<TopicPartition> images = new HashSet<>(known);
        frames.forEach(frame -> images.add(partition(frame)));
        if (images.isEmpty()) {
            return new Span(frames, earliestLabel);
        }
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(job.input())) {
            Map<TopicPartition, Long> begin = new HashMap<>();
            for (TopicPartition partition : Set.copyOf(images)) {
                // Of a partition that does not exist, which a record may name, Kafka's consumer would wait for one.
                if (partition.partition() < consumer.partitionsFor(partition.topic()).size()) {
                    begin.putAll(consumer.beginningOffsets(Set.of(partition)));
                } else {
                    images.remove(partition);
                }
            }
            Optional<Instant> earliestImage = earliest(consumer, images);
            return new Span(
                    frames.stream()
                            .filter(frame -> frame.source().offset() >= begin.getOrDefault(partition(frame), Long.MAX_VALUE))
                            .toList(),
                    earliestImage.isPresent() && earliestLabel.isPresent()
                            ? Optional.of(later(earliestImage.get(), earliestLabel.get()))
                            : Optional.empty());
        }
    }

    private static TopicPartition partition(SeenFrame frame) {
        return new TopicPartition(frame.source().topic(), frame.source().partition());
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
