package io.flinkvision.tools.bench.naive;

import ai.onnxruntime.OrtException;
import io.flinkvision.core.bundle.ModelBundle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A program without Flink: a consumer, a {@link NaiveClassifier} and a producer in one thread, with Kafka's defaults. */
public final class ConsumerLoop implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final ModelBundle bundle;
    private final String inputTopic;
    private final String outputTopic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread;
    private volatile Optional<Exception> failure = Optional.empty();

    /**
     * Starts it.
     *
     * @param inputTopic the topic of the pictures
     * @param outputTopic the topic of the labels, which get the pictures' keys
     */
    public ConsumerLoop(ModelBundle bundle, String bootstrapServers, String inputTopic, String outputTopic) {
        this.bundle = bundle;
        this.inputTopic = inputTopic;
        this.outputTopic = outputTopic;
        this.consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.GROUP_ID_CONFIG, inputTopic,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArraySerializer(), new ByteArraySerializer());
        this.thread = new Thread(this::run, "consumer-loop");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (NaiveClassifier classifier = new NaiveClassifier(bundle)) {
            consumer.subscribe(List.of(inputTopic));
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    String label = classifier.classify(record.value());
                    producer.send(new ProducerRecord<>(
                            outputTopic, record.key(), label.getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (WakeupException e) {
            // Thrown by close().
        } catch (OrtException | RuntimeException e) {
            failure = Optional.of(e);
        } finally {
            consumer.close();
            producer.close();
        }
    }

    /** The failure that ended it, if any. */
    public Optional<Exception> failure() {
        return failure;
    }

    /** Stops it, and waits for its end. */
    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
