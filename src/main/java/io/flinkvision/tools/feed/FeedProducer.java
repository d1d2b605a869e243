package io.flinkvision.tools.feed;

import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The Kafka producer that all cameras share, with settings for pictures of 50 to 500 kB. */
public final class FeedProducer {

    /** Upper bound of a record without its picture: key, headers, and the batch around it. */
    static final long RECORD_OVERHEAD_BYTES = 1 << 20;

    private static final long MIN_BUFFER_BYTES = 64L << 20;

    private FeedProducer() {}

    /**
     * Opens the producer.
     *
     * @param properties Kafka's own, which override those set here
     */
    public static KafkaProducer<byte[], byte[]> open(Properties properties, long maxFrameBytes) {
        return new KafkaProducer<>(withDefaults(properties, maxFrameBytes),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    static Properties withDefaults(Properties properties, long maxFrameBytes) {
        long maxRequestBytes = Math.min(Integer.MAX_VALUE, maxFrameBytes + RECORD_OVERHEAD_BYTES);
        Properties result = new Properties();
        result.put(ProducerConfig.CLIENT_ID_CONFIG, "flink-vision-feed");
        result.put(ProducerConfig.ACKS_CONFIG, "all");
        result.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        // Pictures are already compressed.
        result.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        // Lets a few pictures of many cameras share a request without much delay.
        result.put(ProducerConfig.LINGER_MS_CONFIG, "20");
        result.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(1 << 20));
        result.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Long.toString(maxRequestBytes));
        result.put(ProducerConfig.BUFFER_MEMORY_CONFIG,
                Long.toString(Math.max(MIN_BUFFER_BYTES, 2 * maxRequestBytes)));
        result.putAll(properties);
        return result;
    }
}
