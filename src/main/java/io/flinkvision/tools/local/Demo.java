package io.flinkvision.tools.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.record.DeadLetterHeaders;
import io.flinkvision.tools.ExitHook;
import io.flinkvision.tools.ToolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Shows the whole thing on one machine: a Kafka broker and a Flink cluster in this JVM, a folder of pictures fed to the
 * one, the very job of a job file run on the other, and its labels read back. Only the addresses are the demo's own.
 */
public final class Demo {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Settings settings;
    private final Consumer<Event> events;
    private final Set<String> open = new HashSet<>();
    private long labelled;
    private long deadLetters;

    /**
     * What is shown.
     *
     * @param jobFile the job to run
     * @param model the model's folder, where it is not the job file's
     * @param images the folder whose files are fed, each under its name as the key
     * @param parallelism task slots, and parallel instances of each operator
     */
    public record Settings(Path jobFile, Optional<Path> model, Path images, int parallelism) {

        public Settings {
            Objects.requireNonNull(jobFile, "jobFile");
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(images, "images");
        }
    }

    /** A message for the viewer. */
    public sealed interface Event {

        /** What the demo is doing now. */
        record Step(String description) implements Event {}

        /**
         * A record of the output topic.
         *
         * @param text its value, as it is
         * @param record the same, read
         */
        record Labelled(String text, JsonNode record) implements Event {}

        /** A record of the dead-letter topic. */
        record DeadLettered(String key, String code, String message) implements Event {}

        /** The end, before broker and cluster are stopped. */
        record Answered(Summary summary) implements Event {}
    }

    /**
     * How it went.
     *
     * @param pictures files that were fed
     * @param labelled those that got labels
     * @param deadLetters those that became dead letters
     * @param unanswered the keys of those that got neither
     * @param picturesPerSecond from the first record sent to the last answer
     * @param modelLoads how often a network was loaded
     */
    public record Summary(
            long pictures,
            long labelled,
            long deadLetters,
            Set<String> unanswered,
            double picturesPerSecond,
            long modelLoads) {}

    private Demo(Settings settings, Consumer<Event> events) {
        this.settings = settings;
        this.events = events;
    }

    /**
     * Runs it to the end; it takes some seconds.
     *
     * @param events is told what happens, on the calling thread
     * @throws IOException if the pictures or the model cannot be read
     * @throws ToolException if the folder holds nothing to show, or the job fails
     */
    public static Summary run(Settings settings, Consumer<Event> events) throws IOException, InterruptedException {
        return new Demo(settings, events).run();
    }

    private Summary run() throws IOException, InterruptedException {
        PictureFolder pictures = PictureFolder.read(settings.images());
        LocalJob job = LocalJob.start(
                new LocalJob.Settings(
                        settings.jobFile(), settings.model(), Optional.empty(), Optional.empty(),
                        settings.parallelism()),
                pictures.largestBytes(), step -> events.accept(new Event.Step(step)));
        ExitHook hook = new ExitHook(job::close);
        try (job) {
            events.accept(new Event.Step("Feeding " + pictures.files().size() + " files of " + settings.images()));
            long start = System.nanoTime();
            feed(pictures, job.definition());
            await(job);
            double seconds = (System.nanoTime() - start) / 1e9;
            Summary summary = new Summary(pictures.files().size(), labelled, deadLetters, Set.copyOf(open),
                    (pictures.files().size() - open.size()) / seconds,
                    job.metrics().sum("classify", VisionMetrics.MODEL_LOADS));
            // Flink takes five seconds more to remove the files of a job.
            events.accept(new Event.Answered(summary));
            return summary;
        } finally {
            hook.remove();
        }
    }

    private void feed(PictureFolder pictures, JobDefinition job) throws IOException, InterruptedException {
        Map<String, Object> properties = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, String.join(",", job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.MAX_VALUE,
                ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * PictureFolder.MAX_FILE_BYTES);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Path picture : pictures.files()) {
                String key = picture.getFileName().toString();
                open.add(key);
                producer.send(new ProducerRecord<>(job.get(JobOptions.SOURCE_TOPICS).get(0),
                        key.getBytes(StandardCharsets.UTF_8), Files.readAllBytes(picture))).get();
            }
        } catch (ExecutionException e) {
            throw new ToolException("Kafka refused a picture: " + e.getCause().getMessage(), e);
        }
    }

    /** Reads both output topics until every picture has its answer, or none has come for a minute. */
    private void await(LocalJob localJob) throws InterruptedException {
        JobDefinition job = localJob.definition();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        String.join(",", job.get(JobOptions.SINK_BOOTSTRAP_SERVERS)),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = Stream
                    .of(job.get(JobOptions.SINK_TOPIC), job.get(JobOptions.DEAD_LETTERS_TOPIC))
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long lastAnswer = System.nanoTime();
            while (!open.isEmpty() && System.nanoTime() - lastAnswer < PATIENCE.toNanos()) {
                int before = open.size();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    answer(record, record.topic().equals(job.get(JobOptions.DEAD_LETTERS_TOPIC)));
                }
                lastAnswer = open.size() < before ? System.nanoTime() : lastAnswer;
                localJob.requireRunning();
            }
        }
    }

    private void answer(ConsumerRecord<byte[], byte[]> record, boolean deadLetter) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (!open.remove(key)) {
            return;
        }
        if (deadLetter) {
            deadLetters++;
            events.accept(new Event.DeadLettered(key, header(record, DeadLetterHeaders.ERROR_CODE),
                    header(record, DeadLetterHeaders.ERROR_MESSAGE)));
        } else {
            labelled++;
            try {
                String text = new String(record.value(), StandardCharsets.UTF_8);
                events.accept(new Event.Labelled(text, JSON.readTree(text)));
            } catch (IOException e) {
                throw new UncheckedIOException("The job wrote a record that is no JSON", e);
            }
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
