package io.flinkvision.job.pipeline;

import io.flinkvision.job.operator.DeadLetterSerializationSchema;
import io.flinkvision.job.operator.JsonSerializationSchema;
import io.flinkvision.job.operator.RawRecordDeserializationSchema;
import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The job's Kafka source and sinks, with limits that follow from {@code max-image-bytes}. A property that the job file
 * sets is left as it is.
 */
public final class KafkaClients {

    /** What a record has besides its picture: key, headers, and the batch around it. */
    static final long RECORD_OVERHEAD_BYTES = 1 << 20;

    /** Kafka's clients count bytes in an int, and a record has more bytes than its picture. */
    static final long LARGEST_IMAGE_BYTES = 1L << 30;

    /** Kafka's default. */
    private static final long SMALLEST_BUFFER_BYTES = 32L << 20;

    /** New partitions, and topics of a pattern: the connector's own five minutes are long for a camera. */
    private static final String NEW_PARTITIONS_FOUND_MILLIS = "30000";

    private static final String LABELS = "labels";
    private static final String EVENTS = "events";
    private static final String DEAD_LETTERS = "dead-letters";

    private final KafkaJob job;

    public KafkaClients(KafkaJob job) {
        this.job = job;
    }

    public KafkaSource<RawRecord> source() {
        JobDefinition.Source source = job.source();
        KafkaSourceBuilder<RawRecord> builder = KafkaSource.<RawRecord>builder()
                .setBootstrapServers(String.join(",", source.bootstrapServers()))
                .setGroupId(source.group())
                .setClientIdPrefix(job.name())
                .setStartingOffsets(startingOffsets())
                .setDeserializer(new RawRecordDeserializationSchema())
                .setProperties(consumerProperties());
        return source.topicPattern().isPresent()
                ? builder.setTopicPattern(source.topicPattern().get()).build()
                : builder.setTopics(source.topics()).build();
    }

    /**
     * The choices of a model, all of them from the first on. They are read without a group: how far this job has come
     * with them is nobody else's concern, and not part of its lag.
     */
    public KafkaSource<RawRecord> modelChoices(String topic) {
        Properties properties = consumerProperties();
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return KafkaSource.<RawRecord>builder()
                .setBootstrapServers(String.join(",", job.source().bootstrapServers()))
                .setClientIdPrefix(job.name() + "-models")
                .setTopics(topic)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new RawRecordDeserializationSchema())
                .setProperties(properties)
                .build();
    }

    @SuppressWarnings("deprecation") // The connector's own interface still asks for the deprecated type.
    private OffsetsInitializer startingOffsets() {
        return switch (job.source().startingOffsets()) {
            case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
            case EARLIEST -> OffsetsInitializer.earliest();
            case LATEST -> OffsetsInitializer.latest();
        };
    }

    Properties consumerProperties() {
        Properties properties = new Properties();
        // A soft limit: Kafka delivers a larger record all the same, so that a consumer is never stuck behind one.
        long record = job.largestValueBytes() + RECORD_OVERHEAD_BYTES;
        properties.setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Long.toString(record));
        properties.setProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                Long.toString(Math.max(record, ConsumerConfig.DEFAULT_FETCH_MAX_BYTES)));
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(), NEW_PARTITIONS_FOUND_MILLIS);
        properties.putAll(job.source().properties());
        return properties;
    }

    public KafkaSink<Classification> labels() {
        return sink(LABELS, new JsonSerializationSchema<>(job.sink().topic()), producerProperties());
    }

    public KafkaSink<CameraEvent> events(String topic) {
        return sink(EVENTS, new JsonSerializationSchema<>(topic), producerProperties());
    }

    /**
     * @param topicLimit the dead-letter topic's {@code max.message.bytes}
     */
    public KafkaSink<DeadLetter> deadLetters(int topicLimit) {
        Properties properties = deadLetterProperties(topicLimit);
        return sink(DEAD_LETTERS, new DeadLetterSerializationSchema(
                job.sink().deadLetterTopic(), largestDeadLetter(properties, topicLimit)), properties);
    }

    /** A dead letter may be larger than any picture that is let through; only the topic limits it, and the job file. */
    Properties deadLetterProperties(int topicLimit) {
        Properties properties = new Properties();
        properties.putAll(producerProperties());
        properties.setProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Integer.MAX_VALUE));
        properties.setProperty(ProducerConfig.BUFFER_MEMORY_CONFIG,
                Long.toString(Math.max(SMALLEST_BUFFER_BYTES, topicLimit + RECORD_OVERHEAD_BYTES)));
        properties.putAll(job.sink().properties());
        return properties;
    }

    /** Bytes of the largest record that neither the producer nor the topic refuses, which would fail the job. */
    static int largestDeadLetter(Properties properties, int topicLimit) {
        long largest = topicLimit;
        for (String limit : List.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ProducerConfig.BUFFER_MEMORY_CONFIG)) {
            largest = Math.min(largest, LargestRecord.limit(properties, limit));
        }
        return (int) largest;
    }

    Properties producerProperties() {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Long.toString(job.largestValueBytes() + RECORD_OVERHEAD_BYTES));
        properties.setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Long.toString(job.sink().transactionTimeout().toMillis()));
        properties.putAll(job.sink().properties());
        return properties;
    }

    /** How the ids of all of the job's transactions begin. */
    List<String> transactionalIdPrefixes() {
        List<String> sinks = new ArrayList<>();
        if (job instanceof JobDefinition classify) {
            sinks.add(LABELS);
            classify.events().ifPresent(events -> sinks.add(EVENTS));
        } else {
            sinks.add(EVENTS);
        }
        sinks.add(DEAD_LETTERS);
        return sinks.stream().map(this::transactionalIdPrefix).toList();
    }

    private String transactionalIdPrefix(String name) {
        return job.name() + "-" + name;
    }

    private <T> KafkaSink<T> sink(String name, KafkaRecordSerializationSchema<T> schema, Properties properties) {
        return KafkaSink.<T>builder()
                .setBootstrapServers(String.join(",", job.sink().bootstrapServers()))
                .setKafkaProducerConfig(properties)
                .setRecordSerializer(schema)
                .setDeliveryGuarantee(job.sink().guarantee() == Guarantee.EXACTLY_ONCE
                        ? DeliveryGuarantee.EXACTLY_ONCE
                        : DeliveryGuarantee.AT_LEAST_ONCE)
                .setTransactionalIdPrefix(transactionalIdPrefix(name))
                .build();
    }
}
