package io.flinkvision.job.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.cluster.TopicReader;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.job.ClassifyJob;
import io.flinkvision.job.record.ControlRecord;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.ModelComparison;
import io.flinkvision.tools.local.FlinkCluster;
import io.flinkvision.tools.local.KafkaBroker;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The job of {@code jobs/classify.yaml} on topics of its own, with what a test sends and receives. */
public final class JobHarness implements AutoCloseable {

    public static final Path JOB_FILE = Path.of("jobs/classify.yaml");
    public static final Path PICTURES = Path.of("conf/models/triage/images");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaBroker broker;
    private final Supplier<FlinkCluster> clusters;
    private final KafkaProducer<byte[], byte[]> producer;
    private final String images = "images-" + UUID.randomUUID();
    private final String labels = "labels-" + UUID.randomUUID();
    private final String deadLetters = "dead-letters-" + UUID.randomUUID();
    private final String models = "models-" + UUID.randomUUID();
    private final String comparisons = "comparisons-" + UUID.randomUUID();
    private final String heads = "heads-" + UUID.randomUUID();
    private final List<JobClient> jobs = new ArrayList<>();
    private Optional<FlinkCluster> cluster = Optional.empty();

    /**
     * Creates the topics.
     *
     * @param clusters asked for the cluster where a test first needs it
     * @param partitions of each topic but the control topic and the heads topic
     */
    public JobHarness(KafkaBroker broker, Supplier<FlinkCluster> clusters, int partitions) {
        this.broker = broker;
        this.clusters = clusters;
        broker.createTopic(images, partitions, Map.of());
        broker.createTopic(labels, partitions, Map.of());
        broker.createTopic(deadLetters, partitions, Map.of());
        broker.createTopic(models, 1, Map.of("cleanup.policy", "compact"));
        broker.createTopic(heads, 1, Map.of("cleanup.policy", "compact", "max.message.bytes", "4194304"));
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 << 20),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A JPEG of the size that cameras send, which the job decodes at a half. */
    public static byte[] largePicture() {
        return enlargedPicture(1920, 1080);
    }

    /** A JPEG of one of the pictures at another size. */
    public static byte[] enlargedPicture(int width, int height) {
        try {
            BufferedImage small = ImageIO.read(PICTURES.resolve("meal_1.jpg").toFile());
            BufferedImage large = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
            large.createGraphics().drawImage(small, 0, 0, width, height, null);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(large, "jpg", file);
            return file.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The cluster; its metrics are those of this harness's jobs. */
    public FlinkCluster cluster() {
        if (cluster.isEmpty()) {
            cluster = Optional.of(clusters.get());
            cluster.get().metrics().clear();
        }
        return cluster.get();
    }

    /** Writes a job file with the test's address and topics, for the commands that take one. */
    public Path writeJobFile(Path folder, String... furtherLines) {
        try {
            return Files.writeString(folder.resolve("job.yaml"), String.join("\n", furtherLines) + """

                    name: %s
                    source: {bootstrap-servers: "%s", topics: [%s]}
                    model: {bundle: "%s"}
                    sink: {topic: %s}
                    dead-letters: {topic: %s}
                    """.formatted(images, broker.bootstrapServers(), images, PICTURES.getParent().toAbsolutePath(),
                    labels, deadLetters));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The input topic. */
    public String images() {
        return images;
    }

    /** The output topic. */
    public String labelsTopic() {
        return labels;
    }

    /** The topic of the dead letters. */
    public String deadLettersTopic() {
        return deadLetters;
    }

    /** The job file with the test's addresses, topics and further overrides. */
    public JobDefinition definition(String... overrides) {
        List<String> all = new ArrayList<>(List.of(
                "source.bootstrap-servers=" + broker.bootstrapServers(),
                "source.topics=" + images,
                "sink.topic=" + labels,
                "dead-letters.topic=" + deadLetters,
                "checkpoint-interval=200 ms"));
        all.addAll(List.of(overrides));
        return JobDefinition.read(JOB_FILE, Map.of(), all);
    }

    public JobClient submit(String... overrides) {
        return submit(Optional.empty(), overrides);
    }

    public JobClient submit(Optional<String> savepoint, String... overrides) {
        JobDefinition job = definition(overrides);
        BrokerCheck.Answer answer = BrokerCheck.ask(job);
        assertThat(answer.problems()).isEmpty();
        Configuration settings = new Configuration();
        savepoint.ifPresent(path -> settings.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
        StreamExecutionEnvironment environment = cluster().environment(settings);
        try {
            ClassifyJob.addTo(environment, job, answer);
            JobClient client = environment.executeAsync(job.name());
            jobs.add(client);
            return client;
        } catch (Exception e) {
            throw new AssertionError("The job was not submitted", e);
        }
    }

    /**
     * Stops a job with a savepoint. Flink refuses one while a task is still starting, although others may have answered
     * already; so it is asked again.
     */
    public static String stopWithSavepoint(JobClient job, Path folder) {
        AtomicReference<String> savepoint = new AtomicReference<>();
        Waiting.until("all tasks run and the savepoint is there", () -> {
            try {
                savepoint.set(job.stopWithSavepoint(
                        false, folder.toUri().toString(), SavepointFormatType.CANONICAL).join());
                return true;
            } catch (CompletionException e) {
                if (ExceptionUtils.findThrowableWithMessage(e, "is not being executed at the moment").isEmpty()) {
                    throw e;
                }
                return false;
            }
        });
        return savepoint.get();
    }

    public static JobStatus status(JobClient job) {
        return job.getJobStatus().join();
    }

    public void send(String key, byte[] value, Header... headers) {
        send(0, key, value, headers);
    }

    public void send(int partition, String key, byte[] value, Header... headers) {
        send(images, partition, key, value, headers);
    }

    /** The control topic, for jobs that are to have one. */
    public String models() {
        return models;
    }

    /** Chooses a model, or whatever the value says. */
    public void choose(byte[] value) {
        send(models, 0, ModelChoice.KEY, value);
    }

    /** Tells a job which model to use or to try. */
    public void choose(ControlRecord record) {
        send(models, 0, record.key(), record.toJson().orElse(null));
    }

    /** Creates the topic of comparisons, for jobs that are to have one. */
    public String createComparisons() {
        broker.createTopic(comparisons, 1, Map.of());
        return comparisons;
    }

    /** Writes what the job might have written. */
    public void sendComparison(String topic, ModelComparison comparison) {
        send(topic, 0, comparison.keyText().orElse(null), comparison.toJson());
    }

    /** What the comparisons topic says by now: the latest record of each camera. */
    public Map<String, ModelComparison> comparisons() {
        Map<String, ModelComparison> latest = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : TopicReader.read(broker.bootstrapServers(), comparisons, 0)) {
            try {
                latest.put(key(record), ModelComparison.read(record.value()));
            } catch (MalformedRecordException e) {
                throw new AssertionError(e);
            }
        }
        return latest;
    }

    /** The heads topic, for jobs that are to have one. */
    public String heads() {
        return heads;
    }

    /** Declares a region, or whatever the value says; without a value, removes it. */
    public void declare(String key, byte[] value) {
        send(heads, 0, key, value);
    }

    /** Writes what the job might have written, or somebody else. */
    public void sendDeadLetter(String key, byte[] value, Header... headers) {
        send(deadLetters, 0, key, value, headers);
    }

    /** Writes what the job might have written. */
    public void sendLabels(String key, byte[] value) {
        send(labels, 0, key, value);
    }

    /** Sends a frame that its producer says is of another time than now. */
    public void sendOf(Instant time, String key, byte[] value) {
        send(new ProducerRecord<>(images, 0, time.toEpochMilli(), key.getBytes(UTF_8), value));
    }

    private void send(String topic, int partition, String key, byte[] value, Header... headers) {
        send(new ProducerRecord<>(
                topic, partition, key == null ? null : key.getBytes(UTF_8), value, List.of(headers)));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
        } catch (Exception e) {
            throw new AssertionError("The record was not sent", e);
        }
    }

    /** The six pictures of the model, a record each, spread over the partitions, the key being the file's name. */
    public void sendPictures(int partitions) {
        int next = 0;
        for (Path picture : pictures()) {
            send(next++ % partitions, picture.getFileName().toString(), bytes(picture));
        }
    }

    public static List<Path> pictures() {
        try (Stream<Path> files = Files.list(PICTURES)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<ConsumerRecord<byte[], byte[]>> labels(int count) {
        return TopicReader.read(broker.bootstrapServers(), labels, count);
    }

    public List<ConsumerRecord<byte[], byte[]>> deadLetters(int count) {
        return TopicReader.read(broker.bootstrapServers(), deadLetters, count);
    }

    /** What lies in the input topic. */
    public List<ConsumerRecord<byte[], byte[]>> sent(int count) {
        return TopicReader.read(broker.bootstrapServers(), images, count);
    }

    /** What lies in the control topic. */
    public List<ConsumerRecord<byte[], byte[]>> choices(int count) {
        return TopicReader.read(broker.bootstrapServers(), models, count);
    }

    /** A record's value, parsed. */
    public static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
        try {
            return JSON.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    public static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), UTF_8);
    }

    @Override
    public void close() {
        producer.close();
        jobs.forEach(JobHarness::cancel);
    }

    /** Cancels a job if it has not ended, and waits for its end. */
    public static void cancel(JobClient job) {
        if (!status(job).isGloballyTerminalState()) {
            job.cancel().join();
        }
        Waiting.until("the job has ended", () -> status(job).isGloballyTerminalState(), () -> status(job));
    }
}
