package io.flinkvision.peers;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A consumer and a producer in one thread, with Kafka's own settings. */
final class ConsumerLoop {

    private static final Duration POLL = Duration.ofMillis(100);

    private ConsumerLoop() {}

    /**
     * Starts it.
     *
     * @return completes when it ends, which it does of itself only by a failure
     */
    static CompletableFuture<?> start(Peer peer, Network network, Topics topics) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                run(peer, network, topics);
            } catch (Throwable e) {
                end.completeExceptionally(e);
            }
        }, "consumer-loop");
        thread.setDaemon(true);
        thread.start();
        return end;
    }

    private static void run(Peer peer, Network network, Topics topics) throws Exception {
        Map<String, Object> consuming = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, topics.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG, topics.labels(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        Map<String, Object> producing = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, topics.bootstrapServers());
        try (PictureLabeller labeller = peer.engine().open(network, peer.threads());
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], String> producer = new KafkaProducer<>(
                        producing, new ByteArraySerializer(), new StringSerializer())) {
            consumer.subscribe(List.of(topics.pictures()));
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    String label = labeller.label(record.value());
                    producer.send(new ProducerRecord<>(topics.labels(), record.key(), label));
                }
            }
        }
    }
}
