package io.flinkvision.peers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A peer from broker to broker: this process sends the pictures and reads the labels, the peer's own does the rest. */
final class KafkaContender implements Contender {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Peer peer;
    private final WorkerProcess worker;
    private final Broker broker;
    private final Topics topics;
    private final List<byte[]> pictures;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], String> answers;

    /** @param producer is the caller's */
    KafkaContender(Peer peer, WorkerProcess worker, Broker broker, Topics topics, List<byte[]> pictures,
            KafkaProducer<byte[], byte[]> producer) {
        this.peer = peer;
        this.worker = worker;
        this.broker = broker;
        this.topics = topics;
        this.pictures = pictures;
        this.producer = producer;
        this.answers = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, topics.bootstrapServers(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new ByteArrayDeserializer(), new StringDeserializer());
        answers.assign(List.of(new TopicPartition(topics.labels(), 0)));
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public Turn turn(int count) throws IOException {
        Use before = worker.begin();
        Duration broken = broker.processorTime();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            producer.send(new ProducerRecord<>(topics.pictures(), pictures.get(i % pictures.size())));
        }
        List<String> labels = new ArrayList<>(count);
        long heard = System.nanoTime();
        while (labels.size() < count) {
            int known = labels.size();
            for (ConsumerRecord<byte[], String> answer : answers.poll(POLL)) {
                labels.add(answer.value());
            }
            heard = labels.size() > known ? System.nanoTime() : heard;
            worker.requireAlive();
            if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                throw new IOException(peer.name() + ": " + labels.size() + " of " + count + " labels came, and none"
                        + " for " + PATIENCE.toMinutes() + " minutes");
            }
        }
        double seconds = (heard - start) / 1e9;
        double brokerSeconds = broker.processorTime().minus(broken).toNanos() / 1e9;
        return new Turn(new Round(count, seconds, worker.end().since(before), brokerSeconds), labels);
    }

    @Override
    public void close() {
        answers.close();
        worker.close();
    }
}
