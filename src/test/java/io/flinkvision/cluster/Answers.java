package io.flinkvision.cluster;

import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.watch.DeadLetterRecord;
import io.flinkvision.tools.watch.OutputRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The committed answers to pictures that are sent from now on. */
final class Answers implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> ends;
    private final String labels;
    private boolean found;

    Answers(String bootstrapServers, String images, String labels, String deadLetters) {
        this.labels = labels;
        consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        ends = consumer.endOffsets(partitions(images));
        List<TopicPartition> outputs =
                List.of(labels, deadLetters).stream().flatMap(topic -> partitions(topic).stream()).toList();
        consumer.assign(outputs);
        consumer.seekToEnd(outputs);
        outputs.forEach(consumer::position);
    }

    private List<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /** Waits for an answer whose input record meets a condition. */
    void awaitOne(Predicate<RecordCoordinates> condition) {
        Waiting.until("an answer to a picture sent after the fault", () -> {
            consumer.poll(POLL).forEach(record -> found |= source(record)
                    .filter(answered -> isNew(answered) && condition.test(answered))
                    .isPresent());
            return found;
        });
    }

    private boolean isNew(RecordCoordinates answered) {
        return answered.offset()
                >= ends.getOrDefault(new TopicPartition(answered.topic(), answered.partition()), 0L);
    }

    private Optional<RecordCoordinates> source(ConsumerRecord<byte[], byte[]> record) {
        return record.topic().equals(labels)
                ? OutputRecord.of(record).source().flatMap(PictureOrigin::inKafka)
                : DeadLetterRecord.of(record).headers().source().flatMap(PictureOrigin::inKafka);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
