package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import io.flinkvision.tools.watch.OutputRecord.Malformed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LabelReaderITCase {

    private static final Duration POLL = Duration.ofMillis(100);

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private static KafkaProducer<byte[], byte[]> producer;

    private final List<String> talk = new ArrayList<>();
    private final String topic = "labels-" + UUID.randomUUID();

    @BeforeAll
    static void openProducer() {
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void closeProducer() {
        producer.close();
    }

    @Test
    void readsAllPartitionsFromTheBeginning() throws Exception {
        KAFKA.createTopic(topic, 3);
        for (int i = 0; i < 9; i++) {
            send(i % 3, SampleOutput.json(i));
        }

        try (LabelReader reader = open(new StartPosition.Beginning())) {
            assertThat(ids(read(reader, 9))).containsExactlyInAnyOrder("images-0-0", "images-0-1", "images-0-2",
                    "images-0-3", "images-0-4", "images-0-5", "images-0-6", "images-0-7", "images-0-8");
        }
    }

    @Test
    void givesARepetitionOnlyToThoseWhoWantIt() throws Exception {
        KAFKA.createTopic(topic, 1);
        send(0, SampleOutput.json(1));
        send(0, SampleOutput.json(1));
        send(0, "no json");
        send(0, "no json");
        send(0, SampleOutput.json(2));

        try (LabelReader reader = open(new StartPosition.Beginning());
                LabelReader all = LabelReader.openWithRepetitions(
                        properties(KAFKA.bootstrapServers()), topic, new StartPosition.Beginning(), talk::add)) {
            assertThat(read(reader, 4)).hasSize(4).filteredOn(Malformed.class::isInstance).hasSize(2);
            assertThat(read(all, 5)).hasSize(5);
        }
    }

    @Test
    void beginsWithTheNewRecordsOrAtATime() throws Exception {
        KAFKA.createTopic(topic, 1);
        send(0, SampleOutput.json(1), 1_000);
        send(0, SampleOutput.json(2), 2_000);

        try (LabelReader end = open(new StartPosition.End());
                LabelReader since = open(new StartPosition.Since(Instant.ofEpochMilli(1_500)));
                LabelReader future = open(new StartPosition.Since(Instant.now().plusSeconds(3600)))) {
            assertThat(ids(read(since, 1))).containsExactly("images-0-2");
            awaitAssignment(end);
            awaitAssignment(future);
            send(0, SampleOutput.json(3));
            assertThat(ids(read(end, 1))).containsExactly("images-0-3");
            assertThat(ids(read(future, 1))).containsExactly("images-0-3");
        }
    }

    @Test
    void readsPartitionsThatTheTopicGetsLaterFromTheirStart() throws Exception {
        KAFKA.createTopic(topic, 1);
        try (LabelReader reader = open(new StartPosition.End());
                Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            awaitAssignment(reader);
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all().get();
            try (KafkaProducer<byte[], byte[]> informed = new KafkaProducer<>(
                    Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
                    new ByteArraySerializer(), new ByteArraySerializer())) {
                informed.send(new ProducerRecord<>(topic, 1, null, SampleOutput.json(1).getBytes(UTF_8))).get();
            }

            assertThat(ids(read(reader, 1))).containsExactly("images-0-1");
        }
    }

    @Test
    void doesNotSeeRecordsOfATransactionBeforeItIsCommitted() throws Exception {
        KAFKA.createTopic(topic, 1);
        try (KafkaProducer<byte[], byte[]> transactional = new KafkaProducer<>(
                        Map.of("bootstrap.servers", KAFKA.bootstrapServers(), "transactional.id", topic),
                        new ByteArraySerializer(), new ByteArraySerializer());
                LabelReader reader = open(new StartPosition.Beginning())) {
            transactional.initTransactions();
            transactional.beginTransaction();
            transactional.send(new ProducerRecord<>(topic, SampleOutput.json(1).getBytes(UTF_8))).get();
            transactional.abortTransaction();
            transactional.beginTransaction();
            transactional.send(new ProducerRecord<>(topic, SampleOutput.json(2).getBytes(UTF_8))).get();
            awaitAssignment(reader);
            assertThat(reader.poll(POLL)).isEmpty();
            transactional.commitTransaction();

            assertThat(ids(read(reader, 1))).containsExactly("images-0-2");
        }
    }

    @Test
    void saysThatThereIsNoSuchTopicAndDoesNotMakeIt() throws Exception {
        try (LabelReader reader = open(new StartPosition.Beginning());
                Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            assertThatThrownBy(() -> read(reader, 1)).isInstanceOf(ToolException.class)
                    .hasMessageContaining("Topic " + topic + " does not exist");
            assertThat(admin.listTopics().names().get()).doesNotContain(topic);
        }
    }

    @Test
    void saysThatNoBrokerAnswersAndGoesOnTrying() {
        // Nothing listens on the discard port.
        try (LabelReader reader = LabelReader.open(
                properties("127.0.0.1:9"), topic, new StartPosition.Beginning(), talk::add)) {
            Waiting.until("the reader reports that no broker answers", () -> {
                assertThat(reader.poll(POLL)).isEmpty();
                return !talk.isEmpty();
            });

            assertThat(talk).singleElement().asString().contains("127.0.0.1:9").contains("trying on");
            assertThat(reader.poll(POLL)).isEmpty();
            reader.stop();
            assertThat(reader.poll(Duration.ofSeconds(60))).isEmpty();
            assertThat(reader.isStopped()).isTrue();
        }
    }

    private LabelReader open(StartPosition start) {
        return LabelReader.open(properties(KAFKA.bootstrapServers()), topic, start, talk::add);
    }

    private static Properties properties(String servers) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", servers);
        return properties;
    }

    private void send(int partition, String json) throws Exception {
        send(partition, json, System.currentTimeMillis());
    }

    private void send(int partition, String json, long time) throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, time, null, json.getBytes(UTF_8))).get();
    }

    /** Reads until the first positions are taken: what is sent after that is new to the reader. */
    private static void awaitAssignment(LabelReader reader) {
        Waiting.until("partitions are assigned", () -> {
            assertThat(reader.poll(POLL)).isEmpty();
            return reader.isReading();
        });
    }

    private static List<OutputRecord> read(LabelReader reader, int count) {
        List<OutputRecord> records = new ArrayList<>();
        Waiting.until(count + " records", () -> {
            records.addAll(reader.poll(POLL));
            return records.size() >= count;
        }, records::size);
        return records;
    }

    private static List<String> ids(List<OutputRecord> records) {
        return records.stream().map(record -> ((Classified) record).classification().id()).toList();
    }
}
