package io.flinkvision.tools.bench.naive;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A program without Flink: a consumer, a labeller and a producer in one thread, with Kafka's defaults. */
public final class ConsumerLoop implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Callable<? extends PictureLabeller> labellers;
    private final String inputTopic;
    private final String outputTopic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /**
     * Starts it.
     *
     * @param labellers opens the labeller, on the thread that uses it
     * @param inputTopic the topic of the pictures
     * @param outputTopic the topic of the labels, which get the pictures' keys
     */
    public ConsumerLoop(Callable<? extends PictureLabeller> labellers, String bootstrapServers, String inputTopic,
            String outputTopic) {
        this.labellers = labellers;
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
        try (PictureLabeller labeller = labellers.call()) {
            consumer.subscribe(List.of(inputTopic));
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    String label = labeller.label(record.value());
                    producer.send(new ProducerRecord<>(
                            outputTopic, record.key(), label.getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (WakeupException e) {
            // Caused by close().
            end.complete(null);
        } catch (Exception e) {
            end.completeExceptionally(e);
        } finally {
            consumer.close();
            producer.close();
        }
    }

    /** Completes when it ends, exceptionally if it fails. */
    public CompletableFuture<Void> end() {
        return end;
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
