package io.flinkvision.tools.local;

import io.flinkvision.tools.ExitHook;
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
 * A {@link KafkaBroker} in a process of its own, so that its CPU time is not this JVM's. It ends when it is closed, and
 * whenever the JVM that started it ends, as its standard input ends then.
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
                throw new KafkaException("The process of the Kafka broker ended before it printed its address");
            }
            return new BrokerProcess(process, address);
        } catch (IOException e) {
            throw new KafkaException("The process of the Kafka broker does not start: " + e.getMessage(), e);
        }
    }

    /**
     * The process: prints the broker's address on standard output, and ends with its standard input.
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
        // For nothing but the address.
        System.setOut(System.err);
        KafkaBroker broker = KafkaBroker.start(own);
        ExitHook hook = new ExitHook(broker::close);
        try (broker) {
            out.println(broker.bootstrapServers());
            out.flush();
            System.in.readAllBytes();
        } finally {
            hook.remove();
        }
        System.exit(0);
    }

    /** {@code HOST:PORT} */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /**
     * @param configs the topic's own settings
     * @throws KafkaException if the broker refuses it
     */
    public void createTopic(String name, int partitions, Map<String, String> configs) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs))).all().get();
        } catch (ExecutionException e) {
            throw new KafkaException("The topic " + name + " cannot be created: " + e.getCause().getMessage(), e);
        }
    }

    /** CPU time of the process since its start; zero if the system does not report it. */
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
