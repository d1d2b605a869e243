package io.flinkvision.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import io.flinkvision.job.pipeline.JobOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A broker, a JobManager and two TaskManagers as processes, a job on three of their four slots, and cameras that feed
 * it. The TaskManagers reach the broker by a way that can be cut; the cameras and who reads the answers do not.
 */
final class FaultScene implements AutoCloseable {

    /** The job's name, and its consumer group. */
    static final String NAME = "faults";

    static final String IMAGES = "images";
    static final String LABELS = "labels";
    static final String DEAD_LETTERS = "dead-letters";

    /** Of each topic, to begin with. */
    static final int PARTITIONS = 6;

    /** Producer properties that give up sooner than Kafka's two minutes. */
    static final Map<String, String> IMPATIENT =
            Map.of("request.timeout.ms", "10000", "delivery.timeout.ms", "30000");

    private static final int MORE_PARTITIONS = 9;
    private static final int PARALLELISM = 3;
    private static final Duration BETWEEN_PICTURES = Duration.ofMillis(8);

    private final Fault fault;
    private final Guarantee guarantee;
    private final Path folder;
    private final Path checkpoints;
    private final KafkaProcess kafka;
    private final Optional<ZooKeeperProcess> zooKeeper;
    private final FlinkProcesses flink;
    private final PictureFeed feed;
    private final Optional<ReplacedHeads> heads;
    private final boolean mounted;
    private String job = "";

    FaultScene(Path folder, Fault fault, Guarantee guarantee, Map<String, String> settings) throws IOException {
        this.fault = fault;
        this.guarantee = guarantee;
        this.folder = folder;
        checkpoints = Files.createDirectories(folder.resolve("flink").resolve("checkpoints"));
        mounted = fault == Fault.CHECKPOINT_DISK_FULL;
        if (mounted) {
            command("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", checkpoints.toString());
        }
        kafka = new KafkaProcess(Files.createDirectory(folder.resolve("kafka")),
                Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"));
        kafka.createTopics(PARTITIONS, IMAGES, LABELS, DEAD_LETTERS);
        heads = fault.needsHeads() ? Optional.of(new ReplacedHeads(kafka.bootstrapServers())) : Optional.empty();
        heads.ifPresent(first -> {
            kafka.createTopics(1, ReplacedHeads.TOPIC);
            first.replace();
        });
        Map<String, String> all = new HashMap<>(settings);
        // Otherwise all subtasks may be on one TaskManager, and a fault of the other would change nothing.
        all.put("taskmanager.load-balance.mode", "SLOTS");
        zooKeeper = fault.needsHighAvailability()
                ? Optional.of(new ZooKeeperProcess(Files.createDirectory(folder.resolve("zookeeper"))))
                : Optional.empty();
        zooKeeper.ifPresent(process -> all.putAll(process.highAvailability(folder.resolve("high-availability"))));
        flink = FlinkProcesses.session(folder.resolve("flink"), List.of(Path.of(System.getProperty("natives.jar"))),
                all);
        flink.startTaskManager();
        flink.startTaskManager();
        feed = new PictureFeed(kafka.bootstrapServers(), IMAGES, PARTITIONS, BETWEEN_PICTURES);
    }

    KafkaProcess kafka() {
        return kafka;
    }

    FlinkProcesses flink() {
        return flink;
    }

    PictureFeed feed() {
        return feed;
    }

    /** The heads that can be replaced; empty for most faults. */
    Optional<ReplacedHeads> heads() {
        return heads;
    }

    /** The job's id. */
    String job() {
        return job;
    }

    int sent() {
        return feed.sent().size();
    }

    /** Submits the job by Flink's command-line client, and waits until it runs. */
    void submit(String... options) {
        // The client's own configuration overrides the cluster's.
        List<String> arguments = new ArrayList<>(
                List.of("-D", "execution.checkpointing.dir=" + checkpoints.toUri()));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(System.getProperty("job.jar"), jobFile().toString()));
        job = flink.submit(Map.of(), PARALLELISM, arguments);
    }

    private Path jobFile() {
        String properties = fault.properties().entrySet().stream()
                .map(entry -> entry.getKey() + ": \"" + entry.getValue() + "\"")
                .collect(Collectors.joining(", "));
        try {
            return Files.writeString(folder.resolve("job.yaml"), """
                    name: %s
                    checkpoint-interval: 1 s
                    source:
                      bootstrap-servers: %s
                      topics: [%s]
                    model: {bundle: "%s"%s}
                    sink:
                      topic: %s
                      guarantee: %s
                      transaction-timeout: %d s
                      properties: {%s}
                    dead-letters: {topic: %s}
                    """.formatted(NAME, kafka.detourServers(), IMAGES,
                    Path.of("conf/models/triage").toAbsolutePath(),
                    heads.map(topic -> ", whole-picture: never, heads-topic: " + ReplacedHeads.TOPIC).orElse(""), LABELS,
                    JobOptions.SINK_GUARANTEE.type().print(guarantee),
                    fault.transactionTimeout().toSeconds(), properties, DEAD_LETTERS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answers to what is sent from now on. */
    Answers answersFromNow() {
        return new Answers(kafka.bootstrapServers(), IMAGES, LABELS, DEAD_LETTERS);
    }

    /** Waits until so many pictures were sent. */
    void awaitSent(int count) {
        Waiting.until(count + " pictures sent", () -> sent() >= count, this::sent);
    }

    /** Waits while a fault lasts. */
    void hold(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private JsonNode checkpointing() {
        return flink.get("/jobs/" + job + "/checkpoints");
    }

    /** Waits for a complete checkpoint. */
    void awaitCheckpoint() {
        Waiting.until("a complete checkpoint", () -> checkpointing().at("/counts/completed").intValue() > 0);
    }

    /** Waits until one subtask has acknowledged a checkpoint that is not complete. */
    void awaitCheckpointDoneInPart() {
        Waiting.until("a checkpoint that is done in part", () -> {
            JsonNode newest = checkpointing().at("/history/0");
            return newest.path("status").asText().equals("IN_PROGRESS")
                    && newest.path("num_acknowledged_subtasks").intValue() > 0;
        });
    }

    /** Waits until so many checkpoints have failed. */
    void awaitFailedCheckpoints(int count) {
        int before = checkpointing().at("/counts/failed").intValue();
        Waiting.until(count + " failed checkpoints",
                () -> checkpointing().at("/counts/failed").intValue() >= before + count);
    }

    /** Waits until the job was restarted so many times. */
    void awaitRestarts(int count) {
        Waiting.until(count + " restarts", () -> flink.get("/jobs/" + job + "/metrics?get=numRestarts")
                .at("/0/value").asInt() >= count);
    }

    /** Waits until the JobManager knows no more than so many TaskManagers. */
    void awaitTaskManagers(int count) {
        Waiting.until(count + " TaskManager", () -> flink.get("/overview").get("taskmanagers").intValue() <= count);
    }

    /** The newest complete checkpoint of the job. */
    Path lastCheckpoint() {
        try (Stream<Path> all = Files.list(checkpoints.resolve(job))) {
            return all.filter(path -> Files.exists(path.resolve("_metadata")))
                    .max(Comparator.comparingInt(path -> Integer.parseInt(
                            path.getFileName().toString().substring("chk-".length()))))
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fills the disk of the checkpoints. */
    void fillCheckpointDisk() {
        try (OutputStream out = Files.newOutputStream(checkpoints.resolve("fill"))) {
            for (int i = 0; i < 1 << 20; i++) {
                out.write(new byte[512]);
            }
            throw new AssertionError("The disk does not fill");
        } catch (IOException e) {
            // The disk is full.
        }
    }

    void clearCheckpointDisk() throws IOException {
        Files.delete(checkpoints.resolve("fill"));
    }

    /** Adds partitions to the input, and sends to them too. */
    void addPartitions() {
        kafka.administer(admin -> admin.createPartitions(
                Map.of(IMAGES, NewPartitions.increaseTo(MORE_PARTITIONS))).all().get());
        feed.spreadOver(MORE_PARTITIONS);
    }

    /** Sets the largest record of the labels' topic. */
    void limitLabels(int bytes) {
        kafka.administer(admin -> admin.incrementalAlterConfigs(Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, LABELS),
                List.of(new AlterConfigOp(
                        new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(bytes)),
                        AlterConfigOp.OpType.SET)))).all().get());
    }

    /** The broker's open transactions, which hold up readers of committed records. */
    List<String> openTransactions() {
        List<String> open = new ArrayList<>();
        kafka.administer(admin -> {
            for (TransactionListing listing : admin.listTransactions().all().get()) {
                if (listing.state() != TransactionState.COMPLETE_COMMIT
                        && listing.state() != TransactionState.COMPLETE_ABORT
                        && listing.state() != TransactionState.EMPTY) {
                    open.add(admin.describeTransactions(List.of(listing.transactionalId()))
                            .description(listing.transactionalId()).get().toString());
                }
            }
        });
        return open;
    }

    /** Waits until the broker has no open transaction. */
    void awaitNoOpenTransaction() {
        Waiting.until("no open transaction", () -> openTransactions().isEmpty(), this::openTransactions);
    }

    /** Whether this process may mount a small disk of its own, which only root may. */
    static boolean canMount() {
        return System.getProperty("user.name").equals("root") && Files.isExecutable(Path.of("/bin/mount"));
    }

    private static void command(String... words) throws IOException {
        try {
            int code = new ProcessBuilder(words).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IOException(String.join(" ", words) + " failed with code " + code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        feed.close();
        flink.close();
        zooKeeper.ifPresent(ZooKeeperProcess::close);
        kafka.close();
        if (mounted) {
            command("umount", checkpoints.toString());
        }
    }
}
