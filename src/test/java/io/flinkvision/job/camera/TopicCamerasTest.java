package io.flinkvision.job.camera;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.UUID;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cameras of a topic of a real broker. */
class TopicCamerasTest {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private final String topic = "cameras-" + UUID.randomUUID();
    private KafkaProducer<byte[], byte[]> producer;
    private CameraDirectory.Opened cameras;

    @BeforeEach
    void open() throws IOException, ClassNotFoundException {
        KAFKA.createTopic(topic, 1);
        producer = new KafkaProducer<>(properties(), new ByteArraySerializer(), new ByteArraySerializer());
        // As it travels with the job.
        cameras = InstantiationUtil.clone(new TopicCameras(topic, properties())).open();
    }

    @AfterEach
    void close() {
        producer.close();
        cameras.close();
    }

    @Test
    void aTopicWithoutRecordsHasNoCameras() throws Exception {
        assertThat(cameras.cameras()).isEmpty();
    }

    @Test
    void allRecordsThatAreThereAreReadAtOnce() throws Exception {
        for (int i = 0; i < 1500; i++) {
            producer.send(new ProducerRecord<>(topic, ("camera-" + i % 1000).getBytes(UTF_8),
                    ("{\"source\": \"test:x\", \"every\": " + (i + 1) + "}").getBytes(UTF_8)));
        }
        producer.flush();

        assertThat(cameras.cameras()).hasSize(1000)
                .hasEntrySatisfying("camera-0",
                        camera -> assertThat(camera.options()).containsEntry("every", "1001"))
                .hasEntrySatisfying("camera-999",
                        camera -> assertThat(camera.options()).containsEntry("every", "1000"));
    }

    @Test
    void camerasComeChangeAndGo() throws Exception {
        write("door", "{\"source\": \"test:door\"}");
        write("yard", "{\"source\": \"test:yard\"}");
        SortedMap<String, CameraDeclaration> first = cameras.cameras();
        assertThat(first).containsOnlyKeys("door", "yard");

        write("door", "{\"source\": \"test:door\", \"fps\": 2}");
        producer.send(new ProducerRecord<>(topic, "yard".getBytes(UTF_8), null));
        write("gate", "{\"source\": \"test:gate\"}");

        assertThat(cameras.cameras()).containsOnlyKeys("door", "gate").hasEntrySatisfying("door",
                camera -> assertThat(camera.options()).isEqualTo(Map.of("source", "test:door", "fps", "2")));
        assertThat(cameras.cameras()).containsOnlyKeys("door", "gate");
        assertThat(first).containsOnlyKeys("door", "yard");
    }

    @Test
    void aRecordThatIsRefusedLeavesWhatItsKeyHad() throws Exception {
        write("door", "{\"source\": \"test:door\"}");
        write("door", "{\"source\": \"/etc\"}");
        write("yard", "garbage");
        write("", "{\"source\": \"test:nobody\"}");
        producer.send(new ProducerRecord<>(topic, null, "{\"source\": \"test:nobody\"}".getBytes(UTF_8)));
        write("gate", "{\"source\": \"test:gate\"}");

        assertThat(cameras.cameras()).containsOnlyKeys("door", "gate").hasEntrySatisfying("door",
                camera -> assertThat(camera.options()).containsEntry("source", "test:door"));
        write("door", "{\"source\": \"test:other\"}");
        assertThat(cameras.cameras().get("door").options()).containsEntry("source", "test:other");
    }

    @Test
    void aPartitionThatIsAddedIsRead() throws Exception {
        write("door", "{\"source\": \"test:door\"}");
        assertThat(cameras.cameras()).containsOnlyKeys("door");

        try (Admin admin = Admin.create(properties())) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();
        }
        producer.send(new ProducerRecord<>(
                topic, 2, "gate".getBytes(UTF_8), "{\"source\": \"test:gate\"}".getBytes(UTF_8))).get();

        Waiting.until("the camera of the new partition", () -> ids().equals(List.of("door", "gate")));
    }

    private List<String> ids() {
        try {
            return List.copyOf(cameras.cameras().keySet());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTopicThatDoesNotExistIsAFailureThatNamesIt() {
        try (CameraDirectory.Opened none = new TopicCameras("none-" + topic, properties()).open()) {
            assertThatThrownBy(none::cameras).hasMessageContaining("Topic none-" + topic);
        }
    }

    @Test
    void theDirectoryDoesNotShowTheLogin() {
        Properties secret = properties();
        secret.put("sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=\"x\" password=\"s3cret\";");

        assertThat(new TopicCameras(topic, secret).toString()).contains(topic).doesNotContain("s3cret");
    }

    @Test
    void theNumberOfCamerasIsBounded() {
        CameraLedger ledger = new CameraLedger(2);
        ledger.accept(record("a", Optional.of("{\"source\": \"test:a\"}")));
        ledger.accept(record("b", Optional.of("{\"source\": \"test:b\"}")));

        assertThatThrownBy(() -> ledger.accept(record("c", Optional.of("{\"source\": \"test:c\"}"))))
                .hasMessageContaining("2 cameras already");
        ledger.accept(record("b", Optional.of("{\"source\": \"test:b2\"}")));
        ledger.accept(record("a", Optional.empty()));
        ledger.accept(record("c", Optional.of("{\"source\": \"test:c\"}")));

        assertThat(ledger.declared()).containsOnlyKeys("b", "c");
    }

    private RawRecord record(String key, Optional<String> value) {
        return new RawRecord(new RecordCoordinates(topic, 0, 0), Optional.of(key.getBytes(UTF_8)),
                value.map(text -> text.getBytes(UTF_8)), List.of());
    }

    private void write(String key, String value) {
        producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8)));
        producer.flush();
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", KAFKA.bootstrapServers());
        // New partitions are noticed this soon.
        properties.put("metadata.max.age.ms", "100");
        return properties;
    }
}
