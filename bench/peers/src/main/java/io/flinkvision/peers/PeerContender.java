package io.flinkvision.peers;

import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.bench.Contender;
import io.flinkvision.tools.bench.PictureSet;
import io.flinkvision.tools.bench.Round;
import io.flinkvision.tools.local.BrokerProcess;
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

/** A peer that is ready, in a process of its own. */
abstract class PeerContender implements Contender {

    private final Peer peer;
    final WorkerProcess worker;
    private List<String> labels = List.of();

    private PeerContender(Peer peer, WorkerProcess worker) {
        this.peer = peer;
        this.worker = worker;
    }

    Peer peer() {
        return peer;
    }

    /** The labels of the last turn, in the order of the pictures. */
    List<String> labels() {
        return labels;
    }

    @Override
    public String name() {
        return peer.name();
    }

    @Override
    public int parallelism() {
        return 1;
    }

    @Override
    public Map<String, Round> run(PictureSet pictures, int count) {
        try {
            worker.begin();
            double brokerSeconds = brokerSeconds();
            long start = System.nanoTime();
            labels = label(pictures, count);
            double seconds = (System.nanoTime() - start) / 1e9;
            return Map.of(peer.name(), worker.end(count, seconds, brokerSeconds() - brokerSeconds));
        } catch (IOException e) {
            throw new ToolException(e.getMessage(), e);
        }
    }

    /** Has the peer classify pictures, over and over from the first. */
    abstract List<String> label(PictureSet pictures, int count) throws IOException;

    /** CPU time of the broker so far; 0 without one. */
    abstract double brokerSeconds();

    @Override
    public void close() {
        worker.close();
    }

    /** A loop over pictures in memory. */
    static final class Plain extends PeerContender {

        Plain(Peer peer, WorkerProcess worker) {
            super(peer, worker);
        }

        @Override
        List<String> label(PictureSet pictures, int count) throws IOException {
            return worker.loop(count);
        }

        @Override
        double brokerSeconds() {
            return 0;
        }
    }

    /** Broker to broker: this process sends the pictures and reads the labels. */
    static final class Kafka extends PeerContender {

        private static final Duration POLL = Duration.ofMillis(200);
        private static final Duration TIMEOUT = Duration.ofMinutes(3);

        private final BrokerProcess broker;
        private final Worker.Topics topics;
        private final KafkaProducer<byte[], byte[]> producer;
        private final KafkaConsumer<byte[], String> answers;

        /** @param producer closed by the caller */
        Kafka(Peer peer, WorkerProcess worker, BrokerProcess broker, Worker.Topics topics,
                KafkaProducer<byte[], byte[]> producer) {
            super(peer, worker);
            this.broker = broker;
            this.topics = topics;
            this.producer = producer;
            this.answers = new KafkaConsumer<>(
                    Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, topics.bootstrapServers(),
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                    new ByteArrayDeserializer(), new StringDeserializer());
            answers.assign(List.of(new TopicPartition(topics.labels(), 0)));
        }

        @Override
        List<String> label(PictureSet pictures, int count) throws IOException {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topics.pictures(), pictures.get(i)));
            }
            List<String> labels = new ArrayList<>(count);
            long lastAnswer = System.nanoTime();
            while (labels.size() < count) {
                int before = labels.size();
                for (ConsumerRecord<byte[], String> answer : answers.poll(POLL)) {
                    labels.add(answer.value());
                }
                lastAnswer = labels.size() > before ? System.nanoTime() : lastAnswer;
                worker.requireAlive();
                if (System.nanoTime() - lastAnswer > TIMEOUT.toNanos()) {
                    throw new IOException(peer().name() + ": " + labels.size() + " of " + count
                            + " labels arrived, and none for " + TIMEOUT.toMinutes() + " minutes");
                }
            }
            return labels;
        }

        @Override
        double brokerSeconds() {
            return broker.processorTime().toNanos() / 1e9;
        }

        @Override
        public void close() {
            answers.close();
            super.close();
        }
    }
}
