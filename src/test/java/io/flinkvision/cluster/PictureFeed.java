package io.flinkvision.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.pipeline.JobHarness;
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
 * Sends pictures to all partitions in turn, from a thread of its own, and now and then a record that is no picture. It
 * remembers all that it has sent.
 */
final class PictureFeed implements AutoCloseable {

    /** Between two pictures, unless a test wants more of them. */
    static final Duration PAUSE = Duration.ofMillis(50);

    private static final int ONE_IN_IS_BAD = 7;

    /** Longer than any outage: what a broker that is down does not take is sent when it is back. */
    private static final int TIMEOUT_MILLIS = (int) Duration.ofMinutes(10).toMillis();

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final Duration pause;
    private final List<byte[]> pictures = JobHarness.pictures().stream().map(PictureFeed::bytes).toList();
    private final Map<String, Boolean> sent = new LinkedHashMap<>();
    private final Thread thread = new Thread(this::run, "picture-feed");
    private volatile int partitions;
    private volatile boolean flowing;
    private volatile boolean closed;

    PictureFeed(String bootstrapServers, String topic, int partitions) {
        this(bootstrapServers, topic, partitions, PAUSE);
    }

    PictureFeed(String bootstrapServers, String topic, int partitions, Duration pause) {
        this.topic = topic;
        this.partitions = partitions;
        this.pause = pause;
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                        ProducerConfig.METADATA_MAX_AGE_CONFIG, 2_000,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS),
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
            LockSupport.parkNanos(pause.toNanos());
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

    /** Sets the number of partitions from now on. */
    void spreadOver(int partitions) {
        this.partitions = partitions;
    }

    /** Starts sending, or goes on. */
    void resume() {
        flowing = true;
    }

    /** Stops sending; when this returns, {@link #sent()} is complete. */
    void pause() {
        flowing = false;
        // A record that is being sent holds the lock.
        sent();
    }

    /** The records sent, as {@code topic-partition-offset}, and whether each was a picture. */
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
