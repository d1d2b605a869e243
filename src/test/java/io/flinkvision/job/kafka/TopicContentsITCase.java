package io.flinkvision.job.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopicContentsITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private final String topic = "contents-" + UUID.randomUUID();

    @AutoClose
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void openProducer() {
        producer = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Test
    void readsAllPartitionsEachInItsOrder() throws Exception {
        KAFKA.createTopic(topic, 3);
        for (int i = 0; i < 30; i++) {
            send(i % 3, "key", Integer.toString(i));
        }
        send(1, "key", null);

        try (TopicContents contents = contents(Duration.ZERO)) {
            List<String> read = read(contents);

            assertThat(read).hasSize(31);
            assertThat(read.stream().filter(line -> line.startsWith("0-"))).containsExactly("0-0 key=0", "0-1 key=3",
                    "0-2 key=6", "0-3 key=9", "0-4 key=12", "0-5 key=15", "0-6 key=18", "0-7 key=21", "0-8 key=24",
                    "0-9 key=27");
            assertThat(read.stream().filter(line -> line.startsWith("1-"))).endsWith("1-9 key=28", "1-10 key=null");
        }
    }

    @Test
    void endsWhereTheTopicEndedWhenItBeganAndReadsOnFromThere() throws Exception {
        KAFKA.createTopic(topic, 1);
        send(0, "key", "a");

        try (TopicContents contents = contents(Duration.ZERO)) {
            List<String> first = new ArrayList<>();
            contents.readOn(record -> {
                first.add(new String(record.value(), UTF_8));
                sendUnchecked("b");
            });

            assertThat(first).containsExactly("a");
            assertThat(read(contents)).containsExactly("0-1 key=b");
            assertThat(read(contents)).isEmpty();
        }
    }

    @Test
    void readsAnEmptyTopic() {
        KAFKA.createTopic(topic, 2);

        try (TopicContents contents = contents(Duration.ZERO)) {
            assertThat(read(contents)).isEmpty();
        }
    }

    @Test
    void explainsInItsUsersWordsThatATopicDoesNotExist() {
        try (TopicContents contents = contents(Duration.ZERO)) {
            assertThatIllegalStateException().isThrownBy(() -> read(contents))
                    .withMessage("cannot read " + topic + ": Topic " + topic + " does not exist");
        }
    }

    @Test
    void retriesUntilTheTopicIsThere() {
        try (TopicContents contents = contents(Waiting.PATIENCE)) {
            CompletableFuture<List<String>> reading = CompletableFuture.supplyAsync(() -> read(contents));
            KAFKA.createTopic(topic, 1);

            assertThat(reading.join()).isEmpty();
        }
    }

    private TopicContents contents(Duration patience) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", KAFKA.bootstrapServers());
        properties.put("group.id", "not-used");
        properties.put("partition.discovery.interval.ms", "1000");
        return new TopicContents(properties, topic, patience, TopicContentsITCase::failure);
    }

    private static RuntimeException failure(String topic, KafkaException reason) {
        return new IllegalStateException("cannot read " + topic + ": " + reason.getMessage(), reason);
    }

    private static List<String> read(TopicContents contents) {
        List<String> lines = new ArrayList<>();
        contents.readOn(record -> lines.add(record.partition() + "-" + record.offset() + " "
                + new String(record.key(), UTF_8) + "="
                + (record.value() == null ? "null" : new String(record.value(), UTF_8))));
        return lines;
    }

    private void sendUnchecked(String value) {
        try {
            send(0, "key", value);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void send(int partition, String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8))).get();
    }
}
