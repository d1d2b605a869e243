package io.flinkvision.job.pipeline;

import io.flinkvision.core.camera.ReadingContext.FrameForm;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.job.camera.CameraDirectory;
import io.flinkvision.job.camera.CameraSource;
import io.flinkvision.job.camera.TopicCameras;
import io.flinkvision.job.format.RecordSchema;
import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.operator.DeadLetterSerializationSchema;
import io.flinkvision.job.operator.DecodeFunction;
import io.flinkvision.job.operator.FirstReading;
import io.flinkvision.job.operator.FrameSerializationSchema;
import io.flinkvision.job.operator.PictureSerializationSchema;
import io.flinkvision.job.operator.JsonSerializationSchema;
import io.flinkvision.job.operator.RawRecordDeserializationSchema;
import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ModelComparison;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.StateRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.apache.kafka.common.KafkaException;

/**
 * The job's Kafka source and sinks, with limits that follow from {@code max-image-bytes}. A property that the job file
 * sets is left as it is.
 */
public final class KafkaClients {

    /** Key, headers and batch of a record, beside its picture. */
    static final long RECORD_OVERHEAD_BYTES = 1 << 20;

    /** Kafka's clients count bytes in an int, and a record has more bytes than its picture. */
    static final long MAX_IMAGE_BYTES = 1L << 30;

    /** A dead letter without key, value and headers: its message, of up to 1,000 characters, and the rest. */
    static final long BARE_DEAD_LETTER_BYTES = 8 << 10;

    /** Kafka's default limit for a record, far more than labels take. */
    private static final long MAX_LABELS_BYTES = 1 << 20;

    /** The longest escape of a byte in JSON: <code>&#92;u0000</code>. */
    private static final long ESCAPED_BYTE = 6;

    /** A label in JSON, with index and score; the longest of ImageNet's has some 130 characters. */
    private static final long LABEL_BYTES = 256;

    /** A region in JSON without its labels: its name, its box, and the name and digest of its head. */
    private static final long REGION_BYTES = 512;

    /** The rest of an answer: field names, coordinates, times, the model's name, and the batch. */
    private static final long ANSWER_OVERHEAD_BYTES = 4 << 10;

    /** How long a task that starts waits for brokers that do not answer; then it fails, and is restarted. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Kafka's default. */
    private static final long MIN_BUFFER_BYTES = 32L << 20;

    /** For new partitions, and new topics of a pattern: the connector's five minutes are long for a new camera. */
    private static final String DISCOVERY_INTERVAL_MILLIS = "30000";

    /** Key, headers and batch of a camera's picture. */
    private static final long FRAME_OVERHEAD_BYTES = 64 << 10;

    private static final long MIN_FRAME_BUFFER_BYTES = 64L << 20;

    private static final String LABELS = "labels";
    private static final String EVENTS = "events";
    private static final String STATES = "states";
    private static final String DEAD_LETTERS = "dead-letters";
    private static final String FRAMES = "images";

    private final OptionValues job;

    public KafkaClients(KafkaJob job) {
        this(job.values());
    }

    /** @param job values of {@link JobOptions} */
    KafkaClients(OptionValues job) {
        this.job = job;
    }

    /** The properties that all clients share, overridden by those of one end. */
    static Map<String, String> properties(OptionValues job, Option<Map<String, String>> own) {
        Map<String, String> all = new HashMap<>(job.get(JobOptions.KAFKA_PROPERTIES));
        all.putAll(job.get(own));
        return Map.copyOf(all);
    }

    private static String brokers(List<String> addresses) {
        return String.join(",", addresses);
    }

    /** Bytes of the largest value that the job accepts. */
    long maxValueBytes() {
        return job.isKnown(JobOptions.MAX_IMAGE_BYTES)
                ? job.get(JobOptions.SOURCE_VALUE).maxValueBytes(job.get(JobOptions.MAX_IMAGE_BYTES))
                : MAX_LABELS_BYTES;
    }

    /**
     * Bytes of the largest record of labels, or event: the key and headers of a picture are copied, and the key is
     * repeated in the JSON.
     */
    long maxAnswerBytes() {
        long labels = job.isKnown(JobOptions.MODEL_TOP_K) ? LABEL_BYTES * job.get(JobOptions.MODEL_TOP_K) : LABEL_BYTES;
        return (1 + ESCAPED_BYTE) * DecodeFunction.MAX_DESCRIPTION_BYTES + labels
                + maxRegions() * (labels + REGION_BYTES) + ANSWER_OVERHEAD_BYTES;
    }

    /** The largest number of regions in a record of labels. */
    private int maxRegions() {
        if (!JobOptions.hasRegions(job)) {
            return 0;
        }
        return job.isSet(JobOptions.MODEL_HEADS_TOPIC)
                ? Classification.MAX_REGIONS
                : job.get(JobOptions.REGIONS).size();
    }

    /** Bytes of the largest dead letter that holds a value of the input. */
    long maxDeadLetterBytes() {
        return maxValueBytes() + BARE_DEAD_LETTER_BYTES;
    }

    /**
     * Bytes of the largest picture that a cameras job sends, since a record that the topic or the producer refuses
     * fails the job.
     *
     * @param topicLimit the topic's {@code max.message.bytes}
     */
    long maxFrameBytes(int topicLimit) {
        Properties properties = frameProperties();
        long record = topicLimit;
        for (String limit : List.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ProducerConfig.BUFFER_MEMORY_CONFIG)) {
            record = Math.min(record, limit(properties, limit));
        }
        return Math.max(1, Math.min(job.get(JobOptions.MAX_IMAGE_BYTES), record - FRAME_OVERHEAD_BYTES));
    }

    /** Those of the feeder. */
    Properties frameProperties() {
        Properties properties = new Properties();
        properties.putAll(producerProperties());
        // Pictures are already compressed.
        properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        // Lets a few pictures of many cameras share a request without much delay.
        properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "20");
        properties.setProperty(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(1 << 20));
        properties.setProperty(ProducerConfig.BUFFER_MEMORY_CONFIG,
                Long.toString(Math.max(MIN_FRAME_BUFFER_BYTES, 2 * limit(properties, ProducerConfig.MAX_REQUEST_SIZE_CONFIG))));
        properties.putAll(properties(job, JobOptions.SINK_PROPERTIES));
        return properties;
    }

    /** Bytes of the largest answer that the producers accept. */
    long maxRequestBytes() {
        return limit(producerProperties(), ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    }

    /** A producer's limit in bytes; none if a config provider sets it. */
    private static long limit(Properties properties, String name) {
        String size = properties.getProperty(name).strip();
        return size.matches("[0-9]{1,18}") ? Long.parseLong(size) : Long.MAX_VALUE;
    }

    public KafkaSource<RawRecord> source() {
        KafkaSourceBuilder<RawRecord> builder = KafkaSource.<RawRecord>builder()
                .setBootstrapServers(brokers(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)))
                .setGroupId(job.get(JobOptions.SOURCE_GROUP))
                .setClientIdPrefix(job.get(JobOptions.NAME))
                .setStartingOffsets(startingOffsets())
                .setDeserializer(new RawRecordDeserializationSchema())
                .setProperties(consumerProperties());
        return job.find(JobOptions.SOURCE_TOPIC_PATTERN).map(builder::setTopicPattern)
                .orElseGet(() -> builder.setTopics(job.get(JobOptions.SOURCE_TOPICS)))
                .build();
    }

    /** Cameras whose pictures go to the network of this job, and so need not be encoded. */
    public CameraSource cameras(CameraDirectory directory) {
        return new CameraSource(
                directory, CameraSource.Settings.of(job.get(JobOptions.MAX_IMAGE_BYTES), FrameForm.PIXELS));
    }

    /**
     * Cameras whose pictures go to a topic.
     *
     * @param topicLimit the topic's {@code max.message.bytes}
     */
    public CameraSource encodedCameras(CameraDirectory directory, int topicLimit) {
        return new CameraSource(directory, CameraSource.Settings.of(maxFrameBytes(topicLimit), FrameForm.JPEG));
    }

    /** The topic of cameras. */
    CameraDirectory cameras(String topic) {
        Properties properties = new Properties();
        properties.putAll(properties(job, JobOptions.SOURCE_PROPERTIES));
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)));
        return new TopicCameras(topic, properties);
    }

    /** The choices of a model, from the first one. */
    public KafkaSource<RawRecord> modelChoices(String topic) {
        return declarations(topic, "models");
    }

    /** The declarations of regions, from the first one. */
    public KafkaSource<RawRecord> heads(String topic) {
        return declarations(topic, "heads");
    }

    /**
     * The declarations of regions that there are when a task starts, so that its first picture has its regions. While no
     * broker answers it retries for a minute.
     */
    public FirstReading existingHeads(String topic) {
        Properties properties = consumerProperties();
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)));
        return records -> {
            try (TopicContents contents =
                    new TopicContents(properties, topic, PATIENCE, KafkaClients::cannotRead)) {
                contents.readOn(record -> records.accept(RawRecord.of(record)));
            }
        };
    }

    private static RuntimeException cannotRead(String topic, KafkaException reason) {
        return new IllegalStateException("Topic " + topic + " cannot be read: the Kafka brokers "
                + ClientFailure.of(reason), reason);
    }

    /** Read without a group, so that they are not part of the job's lag. */
    private KafkaSource<RawRecord> declarations(String topic, String name) {
        Properties properties = consumerProperties();
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return KafkaSource.<RawRecord>builder()
                .setBootstrapServers(brokers(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)))
                .setClientIdPrefix(job.get(JobOptions.NAME) + "-" + name)
                .setTopics(topic)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new RawRecordDeserializationSchema())
                .setProperties(properties)
                .build();
    }

    @SuppressWarnings("deprecation") // The connector's own interface still asks for the deprecated type.
    private OffsetsInitializer startingOffsets() {
        return switch (job.get(JobOptions.SOURCE_STARTING_OFFSETS)) {
            case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
            case EARLIEST -> OffsetsInitializer.earliest();
            case LATEST -> OffsetsInitializer.latest();
        };
    }

    Properties consumerProperties() {
        Properties properties = new Properties();
        // A soft limit: Kafka delivers a single larger record too, so that a consumer is never stuck.
        long record = maxValueBytes() + RECORD_OVERHEAD_BYTES;
        properties.setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Long.toString(record));
        properties.setProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                Long.toString(Math.max(record, ConsumerConfig.DEFAULT_FETCH_MAX_BYTES)));
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(), DISCOVERY_INTERVAL_MILLIS);
        properties.putAll(properties(job, JobOptions.SOURCE_PROPERTIES));
        return properties;
    }

    /** @throws ConfigurationException if a schema registry is needed, and refuses */
    public KafkaSink<Classification> labels() {
        return sink(LABELS, SinkFormat.serializer(job, job.get(JobOptions.SINK_TOPIC), RecordSchema.CLASSIFICATION),
                producerProperties());
    }

    /** The frames of a cameras job. */
    public KafkaSink<RawRecord> frames() {
        return sink(FRAMES, new FrameSerializationSchema(job.get(JobOptions.SINK_TOPIC)), frameProperties());
    }

    /** @throws ConfigurationException if a schema registry is needed, and refuses */
    public KafkaSink<CameraEvent> events(String topic) {
        return sink(EVENTS, SinkFormat.serializer(job, topic, RecordSchema.EVENT), producerProperties());
    }

    public KafkaSink<StateRecord> states(String topic) {
        return sink(STATES, new JsonSerializationSchema<>(topic), producerProperties());
    }

    /** Not in transactions: a later record of a camera includes the earlier ones, so one that is repeated does no harm. */
    public KafkaSink<ModelComparison> comparisons(String topic) {
        return KafkaSink.<ModelComparison>builder()
                .setBootstrapServers(brokers(job.get(JobOptions.SINK_BOOTSTRAP_SERVERS)))
                .setKafkaProducerConfig(producerProperties())
                .setRecordSerializer(new JsonSerializationSchema<>(topic))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    /** Not in transactions: nobody should wait for a checkpoint to see a camera, and a picture may be sent twice. */
    public KafkaSink<RawRecord> pictures(String topic) {
        return KafkaSink.<RawRecord>builder()
                .setBootstrapServers(brokers(job.get(JobOptions.SINK_BOOTSTRAP_SERVERS)))
                .setKafkaProducerConfig(pictureProperties())
                .setRecordSerializer(new PictureSerializationSchema(topic))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    /**
     * Bytes of the largest picture that can be sent.
     *
     * @param topicLimit the {@code max.message.bytes} of the topic of pictures
     */
    public int largestPicture(int topicLimit) {
        return largestRecord(pictureProperties(), topicLimit);
    }

    private Properties pictureProperties() {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(MIN_BUFFER_BYTES));
        properties.putAll(producerProperties());
        return properties;
    }

    /**
     * @param topicLimit the dead-letter topic's {@code max.message.bytes}
     */
    public KafkaSink<DeadLetter> deadLetters(int topicLimit) {
        Properties properties = deadLetterProperties(topicLimit);
        return sink(DEAD_LETTERS, new DeadLetterSerializationSchema(
                job.get(JobOptions.DEAD_LETTERS_TOPIC), largestRecord(properties, topicLimit)), properties);
    }

    /** A dead letter may be larger than any accepted picture; only the topic and the job file limit it. */
    Properties deadLetterProperties(int topicLimit) {
        Properties properties = new Properties();
        properties.putAll(producerProperties());
        properties.setProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Integer.MAX_VALUE));
        properties.setProperty(ProducerConfig.BUFFER_MEMORY_CONFIG,
                Long.toString(Math.max(MIN_BUFFER_BYTES, topicLimit + RECORD_OVERHEAD_BYTES)));
        properties.putAll(properties(job, JobOptions.SINK_PROPERTIES));
        return properties;
    }

    /** Bytes of the largest record that producer and topic accept; a larger one would fail the job. */
    static int largestRecord(Properties properties, int topicLimit) {
        long largest = topicLimit;
        for (String limit : List.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ProducerConfig.BUFFER_MEMORY_CONFIG)) {
            largest = Math.min(largest, limit(properties, limit));
        }
        return (int) largest;
    }

    Properties producerProperties() {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Long.toString(maxValueBytes() + RECORD_OVERHEAD_BYTES));
        properties.setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Long.toString(job.get(JobOptions.SINK_TRANSACTION_TIMEOUT).toMillis()));
        properties.putAll(properties(job, JobOptions.SINK_PROPERTIES));
        return properties;
    }

    /** The prefixes of the job's transactional ids. */
    List<String> transactionalIdPrefixes() {
        List<String> sinks = new ArrayList<>();
        boolean classifies = job.isKnown(JobOptions.MODEL_BUNDLE);
        if (classifies) {
            sinks.add(LABELS);
        }
        if (!classifies || job.isSet(JobOptions.EVENTS_TOPIC)) {
            sinks.add(EVENTS);
        }
        if (job.isSet(JobOptions.EVENTS_STATES_TOPIC)) {
            sinks.add(STATES);
        }
        sinks.add(DEAD_LETTERS);
        return sinks.stream().map(this::transactionalIdPrefix).toList();
    }

    private String transactionalIdPrefix(String name) {
        return job.get(JobOptions.NAME) + "-" + name;
    }

    private <T> KafkaSink<T> sink(String name, KafkaRecordSerializationSchema<T> schema, Properties properties) {
        return KafkaSink.<T>builder()
                .setBootstrapServers(brokers(job.get(JobOptions.SINK_BOOTSTRAP_SERVERS)))
                .setKafkaProducerConfig(properties)
                .setRecordSerializer(schema)
                .setDeliveryGuarantee(job.get(JobOptions.SINK_GUARANTEE) == Guarantee.EXACTLY_ONCE
                        ? DeliveryGuarantee.EXACTLY_ONCE
                        : DeliveryGuarantee.AT_LEAST_ONCE)
                .setTransactionalIdPrefix(transactionalIdPrefix(name))
                .build();
    }
}
