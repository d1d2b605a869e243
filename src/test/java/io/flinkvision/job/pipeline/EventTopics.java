package io.flinkvision.job.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.TopicReader;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.operator.JsonSerializationSchema;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RegionAnswer.HeadVerdict;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.tools.local.KafkaBroker;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topics of an events job, and somebody who writes what a classify job would. */
public final class EventTopics implements AutoCloseable {

    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final KafkaBroker broker;
    private final String prefix;
    private final JsonSerializationSchema<Classification> schema;
    private final KafkaProducer<byte[], byte[]> producer;

    /** @param prefix which the names of the topics start with */
    public EventTopics(KafkaBroker broker, String prefix, int partitions) {
        this.broker = broker;
        this.prefix = prefix;
        for (String topic : List.of("labels", "events", "dead-letters")) {
            broker.createTopic(prefix + topic, partitions, Map.of());
        }
        broker.createTopic(prefix + "states", partitions, Map.of("cleanup.policy", "compact"));
        schema = new JsonSerializationSchema<>(prefix + "labels");
        producer = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** What the job file needs to find the topics. */
    public List<String> overrides() {
        return List.of(
                "source.bootstrap-servers=" + broker.bootstrapServers(),
                "source.topics=" + prefix + "labels",
                "sink.topic=" + prefix + "events",
                "dead-letters.topic=" + prefix + "dead-letters",
                "checkpoint-interval=200 ms");
    }

    /** Sends the labels of a frame that a camera took at a second; the picture's offset is ten times that. */
    public void frame(String camera, double second, String label, double score) {
        frame(camera, second, List.of(new Label(label, 0, (float) score)), List.of());
    }

    /** Sends the answer of a region of such a frame, whose whole was not classified. */
    public void region(String camera, double second, String region, boolean unknown, String label) {
        frame(camera, second, List.of(), List.of(new RegionAnswer(region, new RegionBox(0, 0, 0.5, 0.5), false,
                Optional.of(new HeadVerdict("bays", "1".repeat(64), unknown, unknown ? 0.75 : 0.125)),
                List.of(new Label(label, 0, 0.9f)), Optional.empty())));
    }

    private void frame(String camera, double second, List<Label> labels, List<RegionAnswer> regions) {
        Instant time = START.plusMillis(Math.round(1000 * second));
        Classification classification = new Classification(
                new RecordCoordinates("images", 0, Math.round(10 * second)), Optional.of(camera.getBytes(UTF_8)),
                List.of(), Optional.of(time), 640, 480, "jpeg", "triage", "0".repeat(64),
                labels, regions, 1, 1, time.plusMillis(50), Optional.empty());
        ProducerRecord<byte[], byte[]> record = schema.serialize(classification, null, null);
        send(new ProducerRecord<>(record.topic(), 0, record.key(), record.value()));
    }

    /** Sends anything. */
    public void labels(String camera, byte[] value) {
        send(new ProducerRecord<>(prefix + "labels", 0, camera.getBytes(UTF_8), value));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
        } catch (Exception e) {
            throw new AssertionError("The record was not sent", e);
        }
    }

    public List<JsonNode> events(int count) {
        return TopicReader.read(broker.bootstrapServers(), prefix + "events", count).stream().map(EventTopics::json).toList();
    }

    /** What the job file needs to write states, too. */
    public String statesTopic() {
        return "events.states-topic=" + prefix + "states";
    }

    /** All records of the states topic, once there are so many. */
    public List<ConsumerRecord<byte[], byte[]>> states(int count) {
        return TopicReader.read(broker.bootstrapServers(), prefix + "states", count);
    }

    public List<ConsumerRecord<byte[], byte[]>> deadLetters(int count) {
        return TopicReader.read(broker.bootstrapServers(), prefix + "dead-letters", count);
    }

    private static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
        JsonNode event = JobHarness.json(record);
        assertThat(new String(record.key(), UTF_8)).isEqualTo(event.get("key").textValue());
        return event;
    }

    @Override
    public void close() {
        producer.close();
    }
}
