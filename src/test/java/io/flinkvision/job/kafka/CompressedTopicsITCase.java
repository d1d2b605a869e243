package io.flinkvision.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TopicReader;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The codecs that the jar brings for Kafka's clients, of versions that are not the clients' own choice. */
class CompressedTopicsITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void readsWhatWasCompressed(String codec) throws Exception {
        KAFKA.broker().createTopic(codec, 1, Map.of("compression.type", codec));
        byte[] value = new byte[300_000];
        new Random(7).nextBytes(value);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers(),
                        ProducerConfig.COMPRESSION_TYPE_CONFIG, codec),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(codec, value)).get();
        }
        try (TopicReader topic = new TopicReader(KAFKA.bootstrapServers(), codec)) {
            assertThat(topic.await(1)).singleElement().satisfies(record -> assertThat(record.value()).isEqualTo(value));
        }
    }
}
