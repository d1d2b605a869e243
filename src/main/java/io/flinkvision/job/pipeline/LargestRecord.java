package io.flinkvision.job.pipeline;

import io.flinkvision.job.operator.DecodeFunction;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;

/** How large the records are that a job writes, in bytes and at the most, to hold against what the topics take. */
final class LargestRecord {

    /** A dead letter that goes without key, value and headers: its message, of up to 1,000 characters, and the rest. */
    static final long OF_BARE_DEAD_LETTER = 8 << 10;

    /** What JSON makes of a byte at the most: <code>&#92;u0000</code>. */
    private static final long ESCAPED_BYTE = 6;

    /** A label in JSON, with index and score; the longest of ImageNet's has some 130 characters. */
    private static final long LABEL = 256;

    /** Everything else: the names of the fields, coordinates, times, the model's name, and the batch around it. */
    private static final long REST = 4 << 10;

    private LargestRecord() {}

    /**
     * A record of labels, or an event: the picture's key and headers travel on as they are, and the key is repeated in
     * the JSON.
     */
    static long ofAnswers(KafkaJob job) {
        long labels = job instanceof JobDefinition classify ? LABEL * classify.model().topK() : LABEL;
        return (1 + ESCAPED_BYTE) * DecodeFunction.MOST_DESCRIPTION_BYTES + labels + REST;
    }

    /** A dead letter with the largest value that the input is meant to have, and the headers around it. */
    static long ofDeadLetters(KafkaJob job) {
        return job.largestValueBytes() + OF_BARE_DEAD_LETTER;
    }

    /** Bytes of the largest record that the producers of the answers take. */
    static long ofRequests(KafkaJob job) {
        return limit(new KafkaClients(job).producerProperties(), ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    }

    /** A producer's limit in bytes; none where a config provider says it. */
    static long limit(Properties properties, String name) {
        String size = properties.getProperty(name).strip();
        return size.matches("[0-9]{1,18}") ? Long.parseLong(size) : Long.MAX_VALUE;
    }
}
