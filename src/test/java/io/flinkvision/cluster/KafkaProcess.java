package io.flinkvision.cluster;

import io.flinkvision.tools.audit.Audit;
import io.flinkvision.tools.audit.AuditReport;
import io.flinkvision.tools.watch.DeadLetterRecord;
import io.flinkvision.tools.watch.StartPosition;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker as a process of its own: broker and controller in one node, started by Kafka's own main class. After
 * {@link ChildProcess#kill()} it can be {@link #start() started} again, on the same port and with the same data.
 */
public final class KafkaProcess implements AutoCloseable {

    private static final int MAX_OFFENDERS = 20;

    private final Path settings;
    private final String bootstrapServers;
    private final TcpProxy detour;
    private ChildProcess process;

    /**
     * Formats a folder and starts a broker on it.
     *
     * @param folder empty, for the broker's data
     */
    public KafkaProcess(Path folder) {
        this(folder, Map.of());
    }

    /** As {@link #KafkaProcess(Path)}, with settings of {@code server.properties} that override this class's own. */
    public KafkaProcess(Path folder, Map<String, String> settings) {
        List<Integer> ports = FreePorts.find(3);
        bootstrapServers = "localhost:" + ports.get(0);
        detour = new TcpProxy(ports.get(1));
        this.settings = folder.resolve("server.properties");
        Properties properties = properties(folder.resolve("data"), ports, detour.port());
        properties.putAll(settings);
        write(properties);
        format();
        start();
    }

    private static Properties properties(Path data, List<Integer> ports, int detourPort) {
        String clients = "PLAINTEXT://localhost:" + ports.get(0);
        String controller = "CONTROLLER://localhost:" + ports.get(2);
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("listeners", clients + ",DETOUR://localhost:" + ports.get(1) + "," + controller),
                Map.entry("advertised.listeners", clients + ",DETOUR://localhost:" + detourPort),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,DETOUR:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("controller.quorum.voters", "1@localhost:" + ports.get(2)),
                Map.entry("log.dirs", data.toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("log.cleaner.dedupe.buffer.size", "2097152")));
        return properties;
    }

    private void write(Properties properties) {
        try (PrintStream out = new PrintStream(Files.newOutputStream(settings), false, StandardCharsets.UTF_8)) {
            properties.store(out, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void format() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            int code = StorageTool.execute(new String[] {
                "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", settings.toString()
            }, out);
            if (code != 0) {
                throw new AssertionError("Kafka's folder is not formatted: " + said.toString(StandardCharsets.UTF_8));
            }
        }
    }

    /** Starts the broker, for the first time or again, and waits until it answers. */
    public void start() {
        List<Path> classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath())
                .toList();
        process = ChildProcess.startJava("kafka",
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1",
                        "-Dlog4j2.configurationFile=" + FlinkProcesses.LOG_SETTINGS),
                classPath, Map.of(), List.of("kafka.Kafka", settings.toString()));
        process.awaitLog("Kafka Server started");
    }

    /** The process of the last start. */
    public ChildProcess process() {
        return process;
    }

    /** The address for clients: {@code HOST:PORT}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** The proxy that clients of {@link #detourServers()} connect through; it can be cut. */
    public TcpProxy detour() {
        return detour;
    }

    /** The address for clients that connect through {@link #detour()}: {@code HOST:PORT}. */
    public String detourServers() {
        return "localhost:" + detour.port();
    }

    /** Creates topics. */
    public void createTopics(int partitions, String... names) {
        administer(admin -> admin.createTopics(
                Arrays.stream(names).map(name -> new NewTopic(name, partitions, (short) 1)).toList()).all().get());
    }

    /** A call of Kafka's admin client. */
    interface Administration {
        void apply(Admin admin) throws ExecutionException, InterruptedException;
    }

    /** Runs a call of the admin client and fails if the broker refuses it. */
    void administer(Administration work) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            work.apply(admin);
        } catch (ExecutionException e) {
            throw new AssertionError("The broker refuses the admin client's call", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted during the admin client's call", e);
        }
    }

    /**
     * Runs {@code bin/vision audit} on a job's topics: waits for the answers that are still under way, and counts.
     *
     * @param group the job's consumer group
     */
    AuditReport audit(String group, String images, String labels, String deadLetters) {
        Properties broker = new Properties();
        broker.setProperty("bootstrap.servers", bootstrapServers);
        Audit.Plan plan = new Audit.Plan(images::equals, group, labels, deadLetters,
                new StartPosition.Beginning(), Waiting.PATIENCE, MAX_OFFENDERS);
        return new Audit(plan, broker, broker, count -> {}).run();
    }

    /** The error codes that each input record got, by its {@code topic-partition-offset}. */
    Map<String, List<String>> deadLetterCodes(String topic) {
        return TopicReader.read(bootstrapServers, topic, 0).stream().map(DeadLetterRecord::of).collect(
                Collectors.groupingBy(letter -> letter.headers().source().orElseThrow().toString(),
                        Collectors.mapping(letter -> letter.headers().code().orElseThrow(), Collectors.toList())));
    }

    @Override
    public void close() {
        process.close();
        detour.close();
    }
}
