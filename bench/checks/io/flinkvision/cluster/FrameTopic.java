package io.flinkvision.cluster;

import io.flinkvision.cluster.CameraHistory.Frame;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.MalformedRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** The frames on a topic of images or of labels, without their pictures: a long run has more of those than memory. */
final class FrameTopic implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Function<ConsumerRecord<byte[], byte[]>, Frame> form;
    private final List<Frame> frames = new ArrayList<>();
    private final Map<String, Instant> last = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    private FrameTopic(String bootstrapServers, String topic, Deserializer<byte[]> values,
            Function<ConsumerRecord<byte[], byte[]>, Frame> form) {
        this.form = form;
        consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new ByteArrayDeserializer(), values);
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** The frames that a job without a network has read. */
    static FrameTopic images(String bootstrapServers) {
        return new FrameTopic(bootstrapServers, CameraScene.IMAGES, (name, picture) -> new byte[0], Frame::of);
    }

    /** The frames that a job has read and classified itself. */
    static FrameTopic labels(String bootstrapServers) {
        return new FrameTopic(bootstrapServers, CameraScene.LABELS, new ByteArrayDeserializer(), FrameTopic::classified);
    }

    private static Frame classified(ConsumerRecord<byte[], byte[]> record) {
        try {
            Classification labels = Classification.read(record.value());
            return new Frame((CameraFrame) labels.source(), labels.captureTime().orElseThrow());
        } catch (MalformedRecordException e) {
            throw new AssertionError("The record " + record + " has no labels", e);
        }
    }

    private void poll() {
        consumer.poll(POLL).forEach(record -> {
            Frame frame = form.apply(record);
            frames.add(frame);
            last.merge(frame.origin().camera(), frame.captureTime(), (one, other) -> one.isAfter(other) ? one : other);
            counts.merge(frame.origin().camera(), 1, Integer::sum);
        });
    }

    private void await(String what, BooleanSupplier condition) {
        Waiting.until(what, () -> {
            poll();
            return condition.getAsBoolean();
        }, frames::size);
    }

    /** Waits until each of the cameras has so many frames. */
    void awaitEach(Set<String> cameras, int count) {
        await(count + " frames of each of " + cameras.size() + " cameras",
                () -> cameras.stream().allMatch(camera -> counts.getOrDefault(camera, 0) >= count));
    }

    /** Waits until each of the cameras has a frame that was captured after a moment. */
    void awaitEach(Set<String> cameras, Instant after) {
        await("a frame of each of " + cameras.size() + " cameras after " + after,
                () -> cameras.stream().allMatch(camera -> last.getOrDefault(camera, Instant.MIN).isAfter(after)));
    }

    /** Reads what is there now. */
    void readToTheEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        await("the end of the topic", () -> ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue()));
    }

    /** All frames that were read. */
    List<Frame> frames() {
        return List.copyOf(frames);
    }

    CameraHistory history() {
        return new CameraHistory(frames);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
