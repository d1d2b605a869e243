package io.flinkvision.tools.local;

import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.tools.ExitHook;
import io.flinkvision.tools.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.network.SocketServerConfigs;

/** The job of a job file on a Kafka broker and a Flink cluster of its own, in this JVM. Only the addresses differ. */
final class LocalJob implements AutoCloseable {

    private static final String STATES = "states";
    private static final int RECORD_OVERHEAD_BYTES = 1 << 20;

    /** Stands for the broker until there is one. */
    private static final String NO_BROKER = "127.0.0.1:1";

    private static final Duration POLL = Duration.ofMillis(100);

    private final OpenParts parts;
    private final FlinkCluster cluster;
    private final JobDefinition definition;
    private final RunningJob job;
    private final int parallelism;

    private LocalJob(OpenParts parts, FlinkCluster cluster, JobDefinition definition, RunningJob job,
            int parallelism) {
        this.parts = parts;
        this.cluster = cluster;
        this.definition = definition;
        this.job = job;
        this.parallelism = parallelism;
    }

    /**
     * What is run.
     *
     * @param jobFile the job to run
     * @param model the model's folder, where it is not the job file's
     * @param events the topic of the events, where any are looked for; their states are on {@code states}
     * @param heads the topic of the regions and heads, where any are declared while the job runs
     * @param parallelism task slots, partitions, and parallel instances of each operator
     */
    record Settings(Path jobFile, Optional<Path> model, Optional<String> events, Optional<String> heads,
            int parallelism) {

        Settings {
            Objects.requireNonNull(jobFile, "jobFile");
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(events, "events");
            Objects.requireNonNull(heads, "heads");
        }

        /** The job file with these settings, as it is without a broker. */
        JobDefinition definition() {
            return LocalJob.definition(this, NO_BROKER);
        }
    }

    /**
     * Starts all of it; it takes some seconds.
     *
     * @param largestRecord bytes of the largest picture that the topics must take, at least
     * @param steps is told what is being done
     * @throws IOException if the model cannot be read
     * @throws ToolException if the job is refused
     */
    static LocalJob start(Settings settings, long largestRecord, Consumer<String> steps) throws IOException {
        steps.accept("Starting a Kafka broker and a Flink cluster of " + settings.parallelism() + " task slots");
        long record = Math.max(largestRecord, settings.definition().get(JobOptions.MAX_IMAGE_BYTES))
                + RECORD_OVERHEAD_BYTES;
        OpenParts parts = new OpenParts();
        // Otherwise the broker's folder would stay behind after Ctrl-C.
        ExitHook hook = new ExitHook(parts::close);
        // Each takes some seconds of one core.
        CompletableFuture<FlinkCluster> starting =
                CompletableFuture.supplyAsync(() -> FlinkCluster.start(settings.parallelism()));
        try {
            KafkaBroker broker = parts.add(KafkaBroker.start(Map.of(SocketServerConfigs.SOCKET_REQUEST_MAX_BYTES_CONFIG,
                    requestBytes(record, settings.parallelism()))));
            JobDefinition job = definition(settings, broker.bootstrapServers());
            broker.createTopics(topics(job, settings.parallelism(), record));
            FlinkCluster cluster = parts.add(started(starting));
            steps.accept("Submitting the job " + job.name() + " of " + settings.jobFile());
            RunningJob running = RunningJob.submit(job, cluster, settings.parallelism());
            return new LocalJob(parts, cluster, job, running, settings.parallelism());
        } catch (IOException | RuntimeException e) {
            starting.thenAccept(FlinkCluster::close);
            parts.closeAfter(e);
            throw e;
        } finally {
            hook.remove();
        }
    }

    /** Waits for a cluster, and throws what its start has thrown. */
    private static FlinkCluster started(CompletableFuture<FlinkCluster> starting) {
        try {
            return starting.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /**
     * The largest request of a producer: a record of each partition, within its buffer. The broker has memory for a
     * request as soon as four bytes tell its size, and the beginning of an HTTP request says more than a gigabyte.
     */
    private static String requestBytes(long record, int partitions) {
        long records = Math.min(record * partitions, SocketServerConfigs.SOCKET_REQUEST_MAX_BYTES_DEFAULT);
        return Long.toString(Math.max(record, records) + RECORD_OVERHEAD_BYTES);
    }

    private static JobDefinition definition(Settings settings, String bootstrapServers) {
        List<String> overrides = new ArrayList<>(List.of(
                "source.bootstrap-servers=" + bootstrapServers, "sink.bootstrap-servers=" + bootstrapServers,
                // The broker of this JVM wants no login.
                "kafka.properties={}",
                // Pictures are fed as they are.
                "source.value=bytes"));
        settings.model().ifPresent(folder -> overrides.add("model.bundle=" + folder.toAbsolutePath()));
        settings.events().ifPresent(topic -> overrides.addAll(
                List.of("events.topic=" + topic, "events.states-topic=" + STATES)));
        settings.heads().ifPresent(topic -> overrides.add("model.heads-topic=" + topic));
        return JobDefinition.read(settings.jobFile(), System.getenv(), overrides);
    }

    private static List<NewTopic> topics(JobDefinition job, int partitions, long record) {
        Set<String> names = new LinkedHashSet<>(job.get(JobOptions.SOURCE_TOPICS));
        names.addAll(job.outputTopics());
        job.find(JobOptions.EVENTS_STATES_TOPIC).ifPresent(names::remove);
        names.add(job.get(JobOptions.DEAD_LETTERS_TOPIC));
        Map<String, String> configs = Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(record));
        Map<String, String> compacted = Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(record));
        return Stream.concat(
                names.stream().map(name -> new NewTopic(name, partitions, (short) 1).configs(configs)),
                Stream.of(JobOptions.MODEL_CONTROL_TOPIC, JobOptions.MODEL_HEADS_TOPIC,
                                JobOptions.SOURCE_CAMERAS_TOPIC, JobOptions.EVENTS_STATES_TOPIC)
                        .flatMap(option -> job.find(option).stream())
                        .map(name -> new NewTopic(name, 1, (short) 1).configs(compacted))).toList();
    }

    JobDefinition definition() {
        return definition;
    }

    RecordedMetrics metrics() {
        return cluster.metrics();
    }

    /**
     * Waits until each parallel instance has its network, and so until pictures are classified as they come.
     *
     * @throws ToolException with the reason, if the job fails before
     */
    void awaitNetworks() throws InterruptedException {
        while (metrics().sum("classify", VisionMetrics.MODEL_LOADS) < parallelism) {
            requireRunning();
            Thread.sleep(POLL.toMillis());
        }
    }

    /**
     * Does nothing while the job runs.
     *
     * @throws ToolException with the reason, if it does not
     */
    void requireRunning() throws InterruptedException {
        job.requireRunning();
    }

    /** Stops the cluster and then the broker; a second call does nothing. */
    @Override
    public void close() {
        parts.close();
    }
}
