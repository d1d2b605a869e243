package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.event.Present;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.CameraPicture;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetterHeaders;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.tools.local.KafkaBroker;
import io.flinkvision.tools.wall.WatchedJob.PictureTopic;
import io.flinkvision.tools.watch.SampleEvents;
import io.flinkvision.tools.watch.SampleStates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A job's topics, and somebody who writes what cameras and the job would write. */
final class WallTopics implements AutoCloseable {

    private static final int LARGEST_RECORD = 8 << 20;

    private final KafkaBroker broker;
    private final String images;
    private final String labelled;
    private final String deadLetters;
    private final String events;
    private final String states;
    private Optional<PictureTopic> pictures = Optional.empty();
    private Optional<String> comparisons = Optional.empty();
    private final KafkaProducer<byte[], byte[]> producer;

    /** Of its own, because it is used where the other one says that a picture is there, and must not wait for that. */
    private final KafkaProducer<byte[], byte[]> labelProducer;

    /** @param name which the names of the topics start with */
    WallTopics(KafkaBroker broker, String name) {
        this.broker = broker;
        this.images = name + "-images";
        this.labelled = name + "-labels";
        this.deadLetters = name + "-dead-letters";
        this.events = name + "-events";
        this.states = name + "-states";
        List.of(images, labelled, deadLetters, events).forEach(this::create);
        broker.createTopic(states, 2, Map.of("cleanup.policy", "compact",
                "message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)));
        this.producer = producer();
        this.labelProducer = producer();
    }

    private void create(String topic) {
        broker.createTopic(topic, 2, Map.of("max.message.bytes", Integer.toString(LARGEST_RECORD),
                // So that records may be of any time.
                "message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)));
    }

    /** The job reads its cameras itself, and sends pictures to a topic. */
    WallTopics withPictures() {
        pictures = Optional.of(new PictureTopic(labelled + "-pictures", Duration.ofSeconds(5)));
        create(pictures.get().name());
        return this;
    }

    /** The job compares its model with a shadow. */
    WallTopics withComparisons() {
        comparisons = Optional.of(labelled + "-comparisons");
        create(comparisons.get());
        return this;
    }

    /** Sends a comparison, or whatever the value says. */
    void comparison(String camera, byte[] value) {
        send(new ProducerRecord<>(comparisons.orElseThrow(), camera.getBytes(UTF_8), value));
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_RECORD),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** The job, as the wall sees it. */
    WatchedJob job() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", broker.bootstrapServers());
        return new WatchedJob(pictures.map(PictureTopic::name).orElse(images)::equals, labelled, deadLetters,
                Optional.of(events), Optional.of(states), pictures, comparisons,
                DecodeLimits.DEFAULTS, Duration.ofSeconds(1), properties, properties);
    }

    /** Sends a picture that the job makes nothing of. */
    RecordMetadata picture(String camera, byte[] picture) {
        return send(new ProducerRecord<>(images, camera.getBytes(UTF_8), picture));
    }

    /** Sends a picture and its labels. */
    void classified(String camera, byte[] picture, Label... labels) {
        RecordMetadata source = picture(camera, picture);
        labels(camera, source.topic(), source.partition(), source.offset(), labels);
    }

    /** Sends a picture of 640 x 480 pixels, and the answers of its regions beside its labels, if it has any. */
    void classified(String camera, byte[] picture, List<Label> labels, RegionAnswer... regions) {
        classified(camera, 640, 480, picture, labels, regions);
    }

    /** The same with a picture of any size. */
    void classified(
            String camera, int width, int height, byte[] picture, List<Label> labels, RegionAnswer... regions) {
        classified(Instant.now().minusMillis(120), camera, width, height, picture, labels, regions);
    }

    /** The same with a capture time. */
    void classified(Instant captured, String camera, int width, int height, byte[] picture, List<Label> labels,
            RegionAnswer... regions) {
        RecordMetadata source = picture(camera, picture);
        Instant now = Instant.now();
        Classification answers = new Classification(
                new RecordCoordinates(source.topic(), source.partition(), source.offset()),
                Optional.of(camera.getBytes(UTF_8)), List.of(), Optional.of(captured), width, height, "jpeg",
                "triage", "0".repeat(64), labels, List.of(regions), 6.5, 4.5, now, Optional.empty());
        labelProducer.send(new ProducerRecord<>(labelled, camera.getBytes(UTF_8), answers.toJson()));
        labelProducer.flush();
    }

    /** Sends the labels of a frame that the job has read from a camera itself. */
    Classification frame(Instant captured, String camera, long number, List<Label> labels, RegionAnswer... regions) {
        Classification answers = new Classification(
                new CameraFrame(camera, 1_790_000_000_000L, number), Optional.of(camera.getBytes(UTF_8)), List.of(),
                Optional.of(captured), 640, 480, "bgr24", "triage", "0".repeat(64), labels, List.of(regions), 6.5, 4.5,
                Instant.now(), Optional.empty());
        labelProducer.send(new ProducerRecord<>(labelled, camera.getBytes(UTF_8), answers.toJson()));
        labelProducer.flush();
        return answers;
    }

    /** Sends a picture of such a frame, as the job does. */
    RecordMetadata pictured(Classification frame, byte[] picture) {
        RawRecord record = CameraPicture.of(frame, picture);
        return send(RawRecord.outgoing(
                pictures.orElseThrow().name(), record.key(), record.value(), record.headers()));
    }

    /** Sends any record to the topic of pictures. */
    void anythingPictured(String camera, byte[] value) {
        send(new ProducerRecord<>(pictures.orElseThrow().name(), camera.getBytes(UTF_8), value));
    }

    /** Sends a picture and, once it has an offset, its labels of a time; without waiting for Kafka. */
    void classifiedSoon(Instant time, String camera, byte[] picture, Label... labels) {
        producer.send(new ProducerRecord<>(images, camera.getBytes(UTF_8), picture), (source, failure) -> {
            if (failure == null) {
                labelsOf(time, camera, source.topic(), source.partition(), source.offset(), labels);
            }
        });
    }

    /** Sends labels of a picture that may or may not be there. */
    void labels(String camera, String topic, int partition, long offset, Label... labels) {
        labelsOf(Instant.now(), camera, topic, partition, offset, labels);
        labelProducer.flush();
    }

    /** The same of any time, and without waiting for Kafka. */
    void labelsOf(Instant now, String camera, String topic, int partition, long offset, Label... labels) {
        ObjectNode record = JsonNodeFactory.instance.objectNode()
                .put("id", topic + "-" + partition + "-" + offset);
        record.putObject("source").put("topic", topic).put("partition", partition).put("offset", offset);
        record.put("key", camera).put("captureTime", now.minusMillis(120).toString());
        record.putObject("image").put("width", 640).put("height", 480).put("format", "jpeg");
        record.putObject("model").put("name", "triage").put("digest", "0".repeat(64));
        ArrayNode array = record.putArray("labels");
        for (Label label : labels) {
            array.addObject().put("label", label.label()).put("index", label.index()).put("score", label.score());
        }
        record.put("decodeMillis", 6.5).put("inferenceMillis", 4.5).put("classifiedAt", now.toString());
        labelProducer.send(new ProducerRecord<>(labelled, null, now.toEpochMilli(), camera.getBytes(UTF_8),
                record.toString().getBytes(UTF_8)));
    }

    /** Sends a record to the output topic, whatever it holds. */
    void output(byte[] value) {
        send(new ProducerRecord<>(labelled, value));
    }

    /** Sends any records, one after the other. */
    void sendAll(List<ProducerRecord<byte[], byte[]>> records) {
        records.forEach(labelProducer::send);
        labelProducer.flush();
    }

    String labelled() {
        return labelled;
    }

    /** The name of a topic for the declarations of regions, which nobody has created. */
    String heads() {
        return labelled + "-heads";
    }

    String deadLetters() {
        return deadLetters;
    }

    String events() {
        return events;
    }

    /** Sends an event of a camera. */
    void event(String camera, Event event) {
        send(SampleEvents.record(events, camera, event));
    }

    String states() {
        return states;
    }

    /** Sends the state of a camera or region. */
    void state(String key, Present state) {
        send(SampleStates.record(states, key, state));
    }

    /** Deletes the state of a camera or region. */
    void forget(String key) {
        send(SampleStates.deletion(states, key));
    }

    /** Sends a dead letter. */
    void deadLetter(String camera, byte[] value, String code, String message) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(deadLetters, camera.getBytes(UTF_8), value);
        Headers headers = record.headers();
        headers.add(DeadLetterHeaders.ERROR_CODE, code.getBytes(UTF_8));
        headers.add(DeadLetterHeaders.ERROR_MESSAGE, message.getBytes(UTF_8));
        headers.add(DeadLetterHeaders.SOURCE_TOPIC, images.getBytes(UTF_8));
        headers.add(DeadLetterHeaders.SOURCE_PARTITION, "0".getBytes(UTF_8));
        headers.add(DeadLetterHeaders.SOURCE_OFFSET, "7".getBytes(UTF_8));
        send(record);
    }

    private RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (ExecutionException e) {
            throw new AssertionError("Kafka refused a record", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    @Override
    public void close() {
        producer.close();
        labelProducer.close();
    }
}
