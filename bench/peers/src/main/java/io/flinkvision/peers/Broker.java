package io.flinkvision.peers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/** A Kafka broker in a process of its own, started as Kafka's quick start does it, but with its data in a folder. */
final class Broker implements AutoCloseable {

    /** The largest picture. */
    static final int MESSAGE_BYTES = 16 << 20;

    private static final int PATIENCE_MILLIS = 120_000;

    private final Process process;
    private final String bootstrapServers;

    private Broker(Process process, String bootstrapServers) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
    }

    static Broker start(Path folder) throws IOException {
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        String clients = host + ":" + freePort();
        String controller = host + ":" + freePort();
        Path properties = folder.resolve("server.properties");
        Files.write(properties, List.of(
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@" + controller,
                "listeners=CLIENTS://" + clients + ",CONTROLLER://" + controller,
                "advertised.listeners=CLIENTS://" + clients,
                "listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name=CLIENTS",
                "controller.listener.names=CONTROLLER",
                "log.dirs=" + folder.resolve("data"),
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=1",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "group.initial.rebalance.delay.ms=0",
                "message.max.bytes=" + MESSAGE_BYTES,
                "log.segment.bytes=" + (64 << 20),
                "log.retention.bytes=" + (512 << 20)));
        Process process = JavaProcess.of(Broker.class, List.of("-Xmx512m"), List.of(properties.toString()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return new Broker(process, clients);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The process itself. @param arguments the file of its properties */
    public static void main(String[] arguments) {
        Thread parent = new Thread(Broker::endWithInput, "end-of-input");
        parent.setDaemon(true);
        parent.start();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        int status = StorageTool.execute(
                new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", arguments[0]}, nowhere);
        if (status != 0) {
            throw new IllegalStateException("Kafka's folder cannot be formatted: status " + status);
        }
        kafka.Kafka.main(new String[] {arguments[0]});
    }

    private static void endWithInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // It has ended too.
        }
        Runtime.getRuntime().halt(0);
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Makes topics of one partition; waits for the broker where it is still starting. */
    void createTopics(List<String> names) throws IOException, InterruptedException {
        Map<String, Object> properties = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        try (Admin admin = Admin.create(properties)) {
            admin.createTopics(names.stream().map(name -> new NewTopic(name, 1, (short) 1)).toList()).all().get();
        } catch (ExecutionException e) {
            throw new IOException("The topics cannot be made: " + e.getCause().getMessage(), e);
        }
    }

    /** The processors' time that it has had. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        JavaProcess.end(process);
    }
}
