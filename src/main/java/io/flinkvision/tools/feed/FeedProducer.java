package io.flinkvision.tools.feed;

import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The Kafka producer of all cameras, with settings that fit pictures of 50 to 500 kB. */
public final class FeedProducer {

    /** What a record has besides its picture: key, headers, and the batch around it. */
    static final long RECORD_OVERHEAD_BYTES = 1 << 20;

    private static final long SMALLEST_BUFFER_BYTES = 64L << 20;

    private FeedProducer() {}

    /**
     * Opens it.
     *
     * @param properties Kafka's own, which go before those that are set here
     * @param largestFrameBytes the most bytes of a frame
     */
    public static KafkaProducer<byte[], byte[]> open(Properties properties, long largestFrameBytes) {
        return new KafkaProducer<>(withDefaults(properties, largestFrameBytes),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    static Properties withDefaults(Properties properties, long largestFrameBytes) {
        long largestRequest = Math.min(Integer.MAX_VALUE, largestFrameBytes + RECORD_OVERHEAD_BYTES);
        Properties result = new Properties();
        result.put(ProducerConfig.CLIENT_ID_CONFIG, "flink-vision-feed");
        result.put(ProducerConfig.ACKS_CONFIG, "all");
        result.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        // Pictures are compressed already.
        result.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        // A few pictures of many cameras share a request, and none waits long for that.
        result.put(ProducerConfig.LINGER_MS_CONFIG, "20");
        result.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(1 << 20));
        result.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Long.toString(largestRequest));
        result.put(ProducerConfig.BUFFER_MEMORY_CONFIG,
                Long.toString(Math.max(SMALLEST_BUFFER_BYTES, 2 * largestRequest)));
        result.putAll(properties);
        return result;
    }
}
