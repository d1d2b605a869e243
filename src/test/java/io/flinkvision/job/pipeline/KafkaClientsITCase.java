package io.flinkvision.job.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.job.operator.FirstReading;
import io.flinkvision.job.record.RawRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class KafkaClientsITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private final String topic = "heads-" + UUID.randomUUID();

    @Test
    void aTaskThatStartsReadsAllDeclarationsThatThereAre() throws Exception {
        KAFKA.broker().createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        send("yard/gate", "garbage");
        send("yard/bay", null);
        send("yard/gate", "{}");

        List<RawRecord> records = read();

        assertThat(records).extracting(record -> record.coordinates().toString())
                .containsExactly(topic + "-0-0", topic + "-0-1", topic + "-0-2");
        assertThat(records).extracting(record -> new String(record.key().orElseThrow(), UTF_8))
                .containsExactly("yard/gate", "yard/bay", "yard/gate");
        assertThat(records).extracting(record -> record.value().map(value -> new String(value, UTF_8)).orElse("none"))
                .containsExactly("garbage", "none", "{}");
    }

    @Test
    void saysWhichTopicATaskMayNotRead(@TempDir Path folder) throws Exception {
        // Kafka refuses such a key store at once, so that nobody waits for an answer.
        Path notAKeyStore = Files.writeString(folder.resolve("store"), "garbage");

        assertThatIllegalStateException().isThrownBy(() -> read("source.properties.security.protocol=SSL",
                        "source.properties.ssl.truststore.location=" + notAKeyStore))
                .withMessageStartingWith("Topic " + topic + " cannot be read: the Kafka brokers ");
    }

    /** As a task reads, which gets the reading with the job's graph. */
    private List<RawRecord> read(String... overrides) throws Exception {
        List<String> all = new ArrayList<>(List.of(overrides));
        all.add("source.bootstrap-servers=" + KAFKA.bootstrapServers());
        FirstReading reading = InstantiationUtil.clone(
                new KafkaClients(JobDefinition.read(JobHarness.JOB_FILE, Map.of(), all)).existingHeads(topic));
        List<RawRecord> records = new ArrayList<>();
        reading.read(records::add);
        return records;
    }

    private void send(String key, String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8),
                    value == null ? null : value.getBytes(UTF_8))).get();
        }
    }
}
