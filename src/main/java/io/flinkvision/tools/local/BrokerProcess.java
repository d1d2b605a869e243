package io.flinkvision.tools.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;

/**
 * A {@link KafkaBroker} in a process of its own, whose share of the processors' time the kernel tells apart from this
 * one's. It ends when it is closed, and with the JVM that started it, whatever that one dies of: its standard input
 * ends then.
 */
public final class BrokerProcess implements AutoCloseable {

    private static final String LOG_SETTINGS = "log4j2.configurationFile";
    private static final Duration SHUTDOWN_DEADLINE = Duration.ofSeconds(15);

    private final Process process;
    private final String bootstrapServers;

    private BrokerProcess(Process process, String bootstrapServers) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker; it takes about three seconds.
     *
     * @param properties Kafka's own broker properties, as {@link KafkaBroker#start(Map)} takes them
     * @throws KafkaException if it does not start
     */
    public static BrokerProcess start(Map<String, String> properties) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:+UseSerialGC"));
        String logSettings = System.getProperty(LOG_SETTINGS);
        if (logSettings != null) {
            command.add("-D" + LOG_SETTINGS + "=" + logSettings);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BrokerProcess.class.getName()));
        properties.forEach((name, value) -> command.add(name + "=" + value));
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String address = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII)).readLine();
            if (address == null) {
                process.destroyForcibly();
                throw new KafkaException("The process of the Kafka broker ended before it said its address");
            }
            return new BrokerProcess(process, address);
        } catch (IOException e) {
            throw new KafkaException("The process of the Kafka broker does not start: " + e.getMessage(), e);
        }
    }

    /**
     * The process itself: says the broker's address on standard output, and ends when standard input does.
     *
     * @param properties {@code NAME=VALUE} each
     */
    public static void main(String[] properties) throws IOException {
        Map<String, String> own = new HashMap<>();
        for (String property : properties) {
            int equals = property.indexOf('=');
            own.put(property.substring(0, equals), property.substring(equals + 1));
        }
        PrintStream out = System.out;
        // Nothing but the address may be said there.
        System.setOut(System.err);
        try (CloseOnExit<KafkaBroker> broker = new CloseOnExit<>(KafkaBroker.start(own))) {
            out.println(broker.resource().bootstrapServers());
            out.flush();
            System.in.readAllBytes();
        }
        System.exit(0);
    }

    /** Where clients find it: {@code HOST:PORT}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /**
     * Makes a topic.
     *
     * @param configs the topic's own settings
     * @throws KafkaException if the broker refuses it
     */
    public void createTopic(String name, int partitions, Map<String, String> configs) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs))).all().get();
        } catch (ExecutionException e) {
            throw new KafkaException("The topic " + name + " cannot be made: " + e.getCause().getMessage(), e);
        }
    }

    /** The processors' time that the process has had since its start; zero where the system does not tell it. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Stops it and removes its data; a second call does nothing. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(SHUTDOWN_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
