package io.flinkvision.tools.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.Waiting;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KafkaBrokerITCase {

    private static final int LARGE = 3 << 20;

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.with(Map.of("message.max.bytes", String.valueOf(2 * LARGE)));

    @Test
    void keepsWhatIsProducedToIt() {
        KAFKA.createTopic("plain", 3);
        try (Producer<byte[], byte[]> producer = producer(KAFKA.broker(), Map.of())) {
            producer.send(record("plain", "first"));
            producer.send(record("plain", "second"));
        }

        assertThat(consume(KAFKA.broker(), "plain", 2)).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void takesMessagesUpToTheGivenSize() throws Exception {
        KAFKA.createTopic("large", 1);
        try (Producer<byte[], byte[]> producer =
                producer(KAFKA.broker(), Map.of("max.request.size", String.valueOf(2 * LARGE)))) {
            assertThat(producer.send(new ProducerRecord<>("large", new byte[LARGE])).get().offset()).isZero();
        }
    }

    @Test
    void hidesRecordsOfAbortedTransactionsFromThoseWhoReadCommitted() {
        KAFKA.createTopic("transactional", 1);
        try (Producer<byte[], byte[]> producer = producer(KAFKA.broker(), Map.of("transactional.id", "test"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record("transactional", "aborted"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(record("transactional", "committed"));
            producer.commitTransaction();
        }

        assertThat(consume(KAFKA.broker(), "transactional", 1)).containsExactly("committed");
    }

    @Test
    void describesATopicAsSoonAsItIsMade() throws Exception {
        KAFKA.broker().createTopic("new", 5, Map.of("retention.ms", "1000"));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            assertThat(admin.describeTopics(List.of("new")).allTopicNames().get().get("new").partitions()).hasSize(5);
        }
    }

    @Test
    void saysWhyATopicCannotBeMade() {
        KAFKA.createTopic("twice", 1);

        assertThatThrownBy(() -> KAFKA.createTopic("twice", 1))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("twice")
                .hasMessageContaining("exists");
    }

    @Test
    void standsBesideAnotherBrokerAndLeavesNothingBehind() throws IOException {
        Set<Path> before = dataFolders();
        KafkaBroker other = KafkaBroker.start();
        assertThat(dataFolders()).hasSize(before.size() + 1);
        other.createTopic("plain-of-the-other", 1, Map.of());
        try (Producer<byte[], byte[]> producer = producer(other, Map.of())) {
            producer.send(record("plain-of-the-other", "elsewhere"));
        }
        assertThat(consume(other, "plain-of-the-other", 1)).containsExactly("elsewhere");
        assertThat(other.bootstrapServers()).isNotEqualTo(KAFKA.bootstrapServers());

        other.close();
        other.close();

        assertThat(dataFolders()).isEqualTo(before);
        assertThatThrownBy(() -> other.createTopic("late", 1, Map.of())).isInstanceOf(IllegalStateException.class);
        int port = Integer.parseInt(other.bootstrapServers().split(":")[1]);
        try (ServerSocket free = new ServerSocket(port)) {
            assertThat(free.isBound()).isTrue();
        }
        KAFKA.createTopic("still-there", 1);
    }

    @Test
    void leavesNothingBehindWhenItDoesNotStart() throws IOException {
        Set<Path> before = dataFolders();

        assertThatThrownBy(() -> KafkaBroker.start(Map.of("message.max.bytes", "many")))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("message.max.bytes");
        assertThatThrownBy(() -> KafkaBroker.start(Map.of("authorizer.class.name", "no.such.Authorizer")))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("no.such.Authorizer");

        assertThat(dataFolders()).isEqualTo(before);
    }

    @Test
    void refusesAnotherAddress() {
        assertThatThrownBy(() -> KafkaBroker.start(Map.of("listeners", "CLIENTS://0.0.0.0:9092")))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("cannot be overridden: listeners");
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
        return new ProducerRecord<>(topic, value.getBytes(UTF_8));
    }

    private static Producer<byte[], byte[]> producer(KafkaBroker broker, Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Reads as a member of a group, so that the group coordinator has work too. */
    private static List<String> consume(KafkaBroker broker, String topic, int count) {
        List<String> values = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "readers-of-" + topic,
                        "isolation.level", "read_committed", "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            Waiting.until("records of " + topic, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(new String(record.value(), UTF_8)));
                return values.size() >= count;
            }, values::size);
            consumer.commitSync();
        }
        return values;
    }

    private static Set<Path> dataFolders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(path -> path.getFileName().toString().startsWith(KafkaBroker.folderPrefix()))
                    .collect(Collectors.toSet());
        }
    }
}
