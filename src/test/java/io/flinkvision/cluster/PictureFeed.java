package io.flinkvision.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.JobHarness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Cameras at work: pictures on all partitions in turn, one after the other in a thread of its own, and now and then a
 * record that is no picture. It keeps account of what it has sent.
 */
final class PictureFeed implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int ONE_IN_IS_BAD = 7;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final int partitions;
    private final List<byte[]> pictures = JobHarness.pictures().stream().map(PictureFeed::bytes).toList();
    private final Map<String, Boolean> sent = new LinkedHashMap<>();
    private final Thread thread = new Thread(this::run, "picture-feed");
    private volatile boolean flowing;
    private volatile boolean closed;

    PictureFeed(String bootstrapServers, String topic, int partitions) {
        this.topic = topic;
        this.partitions = partitions;
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                new ByteArraySerializer(), new ByteArraySerializer());
        thread.start();
    }

    private static byte[] bytes(Path file) {
        return JobHarness.bytes(file);
    }

    private void run() {
        while (!closed) {
            if (flowing) {
                sendOne();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Sends a record and waits until the broker has it. */
    synchronized void sendOne() {
        int number = sent.size();
        boolean bad = number % ONE_IN_IS_BAD == ONE_IN_IS_BAD - 1;
        byte[] value = bad ? "no picture".getBytes(UTF_8) : pictures.get(number % pictures.size());
        try {
            RecordMetadata where = producer
                    .send(new ProducerRecord<>(topic, number % partitions, null, value)).get();
            sent.put(where.topic() + "-" + where.partition() + "-" + where.offset(), !bad);
        } catch (Exception e) {
            throw new AssertionError("A picture was not sent", e);
        }
    }

    /** Lets the pictures flow. */
    void resume() {
        flowing = true;
    }

    /** Stops the flow; when this returns, what was sent is complete. */
    void pause() {
        flowing = false;
        // A record that is under way holds the lock.
        sent();
    }

    /** What was sent, as {@code topic-partition-offset}, and whether it was a picture. */
    synchronized Map<String, Boolean> sent() {
        return new LinkedHashMap<>(sent);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
