package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.tools.feed.TestTopic;
import io.flinkvision.tools.local.KafkaBroker;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The codecs that the jar brings for Kafka's clients, of versions that are not the clients' own choice. */
class CompressedTopicsITCase {

    private static KafkaBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void readsWhatWasCompressed(String codec) throws Exception {
        broker.createTopic(codec, 1, Map.of("compression.type", codec));
        byte[] value = new byte[300_000];
        new Random(7).nextBytes(value);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                        ProducerConfig.COMPRESSION_TYPE_CONFIG, codec),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(codec, value)).get();
        }
        try (TestTopic topic = new TestTopic(broker, codec)) {
            assertThat(topic.await(1)).singleElement().satisfies(record -> assertThat(record.value()).isEqualTo(value));
        }
    }
}
