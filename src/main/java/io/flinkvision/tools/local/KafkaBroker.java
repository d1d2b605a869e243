package io.flinkvision.tools.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.FaultHandlerFactory;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.MetadataCache;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * A Kafka broker inside this JVM, for the demo and the tests: broker and controller in one node (KRaft's combined
 * mode), on free ports of the loopback interface, with its data in a temporary folder that goes when it is closed.
 *
 * <p>It is assembled as Kafka's own {@link KafkaRaftServer} does it, but for two things: the ports are bound before the
 * node is told of them, so that no other process takes them in between, and a fault does not end the whole JVM.
 */
public final class KafkaBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaBroker.class);

    private static final Duration TOPIC_DEADLINE = Duration.ofSeconds(30);
    private static final Duration TOPIC_POLL = Duration.ofMillis(5);
    private static final Duration SHUTDOWN_DEADLINE = Duration.ofSeconds(10);

    private static final FaultHandlerFactory FAULTS_ARE_LOGGED = (name, fatal, action) -> (message, cause) -> {
        action.run();
        LOG.error("Kafka: {}: {}: {}", name, message, String.valueOf(cause));
        LOG.debug("The cause", cause);
        return new KafkaException(name + ": " + message, cause);
    };

    private final Path folder;
    private final LoopbackSockets sockets;
    private Optional<ControllerServer> controller = Optional.empty();
    private Optional<BrokerServer> broker = Optional.empty();
    private volatile boolean closed;

    private KafkaBroker(Path folder, LoopbackSockets sockets) {
        this.folder = folder;
        this.sockets = sockets;
    }

    /**
     * Starts a broker with {@link BrokerProperties#of its defaults}.
     *
     * @throws KafkaException if it does not start
     */
    public static KafkaBroker start() {
        return start(Map.of());
    }

    /**
     * Starts a broker; it takes about two seconds.
     *
     * @param properties Kafka's own broker properties, such as {@code message.max.bytes}, which go before the defaults;
     *     not the listeners, folders and roles
     * @throws KafkaException if it does not start; nothing is left of it then
     */
    public static KafkaBroker start(Map<String, String> properties) {
        return start(properties, Map.of());
    }

    /**
     * Starts a broker with listeners for clients that log in.
     *
     * @param properties Kafka's own broker properties, as in {@link #start(Map)}: those of the listeners among them,
     *     such as {@code listener.name.secure.ssl.keystore.location}
     * @param listeners the further listeners' names, and their security protocols, such as {@code SASL_SSL}
     * @throws KafkaException if it does not start; nothing is left of it then
     */
    public static KafkaBroker start(Map<String, String> properties, Map<String, String> listeners) {
        Objects.requireNonNull(properties, "properties");
        Objects.requireNonNull(listeners, "listeners");
        KafkaBroker result = new KafkaBroker(temporaryFolder(), new LoopbackSockets());
        try {
            result.startNode(properties, listeners);
            return result;
        } catch (Exception e) {
            OpenParts.closeAfter(e, result);
            throw new KafkaException("The Kafka broker does not start: " + e.getMessage(), e);
        }
    }

    /** How the names of the folders of this JVM's brokers begin: with its process id, to tell whose a left one is. */
    static String folderPrefix() {
        return "flink-vision-kafka-" + ProcessHandle.current().pid() + "-";
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory(folderPrefix());
        } catch (IOException e) {
            throw new KafkaException("The Kafka broker has no folder for its data: " + e.getMessage(), e);
        }
    }

    private void startNode(Map<String, String> properties, Map<String, String> listeners) throws Exception {
        List<BrokerProperties.Listener> further = new ArrayList<>();
        for (Map.Entry<String, String> listener : listeners.entrySet()) {
            further.add(new BrokerProperties.Listener(
                    listener.getKey(), listener.getValue(), sockets.bind(listener.getKey())));
        }
        Properties complete = BrokerProperties.of(folder, sockets.bind(BrokerProperties.CLIENTS),
                sockets.bind(BrokerProperties.CONTROLLER), further, properties);
        KafkaConfig config = KafkaConfig.fromProps(complete, false);
        format(config);
        Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> storage = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        MetaPropertiesEnsemble identity = storage._1();
        SharedServer shared = new SharedServer(config, identity, Time.SYSTEM,
                Server.initializeMetrics(config, Time.SYSTEM, identity.clusterId().orElseThrow()),
                CompletableFuture.completedFuture(QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                List.of(), FAULTS_ARE_LOGGED, sockets);
        controller = Optional.of(new ControllerServer(shared, KafkaRaftServer.configSchema(), storage._2()));
        broker = Optional.of(new BrokerServer(shared));
        controller.get().startup();
        broker.get().startup();
    }

    private void format(KafkaConfig config) throws Exception {
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(nowhere)
                    .setNodeId(config.nodeId())
                    .setClusterId(Uuid.randomUuid().toString())
                    .setDirectories(List.of(folder.toString()))
                    .setMetadataLogDirectory(folder.toString())
                    .setControllerListenerName(BrokerProperties.CONTROLLER)
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .run();
        }
    }

    /** Where clients find it: {@code HOST:PORT}, as {@code bootstrap.servers} has it. */
    public String bootstrapServers() {
        return sockets.address(BrokerProperties.CLIENTS);
    }

    /**
     * Where clients find a further listener: {@code HOST:PORT}.
     *
     * @throws IllegalArgumentException if the broker was started without it
     */
    public String bootstrapServers(String listener) {
        String address = sockets.address(listener);
        if (address == null) {
            throw new IllegalArgumentException("The broker has no listener " + listener);
        }
        return address;
    }

    /**
     * Makes a topic and waits until it can be described, written and read.
     *
     * @param name its name
     * @param partitions how many partitions, at least 1
     * @param configs Kafka's own topic properties, such as {@code max.message.bytes}
     * @throws KafkaException if Kafka refuses it
     * @throws IllegalStateException after {@link #close()}
     */
    public void createTopic(String name, int partitions, Map<String, String> configs) {
        createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs)));
    }

    /**
     * Makes topics of one replica and waits until they can be described, written and read.
     *
     * @throws KafkaException if Kafka refuses one
     * @throws IllegalStateException after {@link #close()}
     */
    void createTopics(List<NewTopic> topics) {
        String names = topics.stream().map(NewTopic::name).collect(Collectors.joining(", "));
        MetadataCache metadata = openBroker().metadataCache();
        try (Admin admin = Admin.create(
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
            admin.createTopics(topics).all().get();
            // The controller has a topic before the broker does, and a broker that lacks it says that it is unknown.
            long deadline = System.nanoTime() + TOPIC_DEADLINE.toNanos();
            while (!topics.stream().allMatch(topic -> hasLeaders(metadata, topic.name(), topic.numPartitions()))) {
                if (System.nanoTime() - deadline > 0) {
                    throw new TimeoutException("No leader after " + TOPIC_DEADLINE + " of a topic of " + names);
                }
                Thread.sleep(TOPIC_POLL.toMillis());
            }
        } catch (ExecutionException e) {
            throw new KafkaException("The topic " + names + " cannot be made: " + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while the topic " + names + " was being made", e);
        }
    }

    private static boolean hasLeaders(MetadataCache metadata, String topic, int partitions) {
        return IntStream.range(0, partitions).allMatch(partition -> metadata.getLeaderAndIsr(topic, partition)
                .filter(state -> state.leader() == BrokerProperties.NODE_ID)
                .isPresent());
    }

    private BrokerServer openBroker() {
        if (closed) {
            throw new IllegalStateException("The Kafka broker is closed");
        }
        return broker.orElseThrow();
    }

    /** Stops the broker and removes its data; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            broker.ifPresent(server -> server.shutdown(SHUTDOWN_DEADLINE));
        } finally {
            try {
                controller.ifPresent(ControllerServer::shutdown);
            } finally {
                sockets.close();
                FileUtils.deleteDirectoryQuietly(folder.toFile());
            }
        }
    }
}
