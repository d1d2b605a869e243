package io.flinkvision.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the image apache/kafka does with a service's variables and commands, done by Kafka's own classes on this
 * machine. {@code kafka.docker.KafkaDockerWrapper} is the image's own first step: it makes server.properties of the
 * variables and formats the storage; {@code kafka.Kafka} is the second.
 */
final class KafkaImage {

    /** The classes behind the scripts, as the scripts of Kafka's distribution have them. */
    private static final Map<String, String> SCRIPTS = Map.of(
            "kafka-topics.sh", "org.apache.kafka.tools.TopicCommand",
            "kafka-broker-api-versions.sh", "org.apache.kafka.tools.BrokerApiVersionsCommand");

    private static final String HOME = "/opt/kafka";
    private static final String DATA = "/var/lib/kafka/data";

    private final Path folder;
    private final Map<Integer, Integer> ports;

    /**
     * Lays out the image's folders.
     *
     * @param folder an empty one
     * @param ports of the containers, with the free ones of this machine that stand for them
     */
    KafkaImage(Path folder, Map<Integer, Integer> ports) throws IOException {
        this.folder = folder;
        this.ports = Map.copyOf(ports);
        Path bin = Files.createDirectories(folder.resolve("opt/kafka/bin"));
        Path defaults = Files.createDirectories(folder.resolve("defaults"));
        Files.createDirectories(folder.resolve("mounted"));
        Files.createDirectories(folder.resolve("opt/kafka/config"));
        for (String file : List.of("server.properties", "log4j2.yaml", "tools-log4j2.yaml")) {
            Files.writeString(defaults.resolve(file), file.endsWith(".yaml")
                    ? "Configuration:\n  Loggers:\n    Root:\n      level: ERROR\n" : "");
        }
        for (Map.Entry<String, String> script : SCRIPTS.entrySet()) {
            // A command that lives for a second is over before the second compiler is of use.
            Path file = Files.writeString(bin.resolve(script.getKey()), "#!/bin/sh\nexec " + java()
                    + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '" + System.getProperty("java.class.path")
                    + "' ${KAFKA_HEAP_OPTS} " + script.getValue() + " \"$@\"\n");
            if (!file.toFile().setExecutable(true)) {
                throw new IOException(file + " cannot be made executable");
            }
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** A text of the compose file with this machine's addresses and paths in place of the containers'. */
    String here(String text) {
        String result = text.replace(HOME, folder + HOME).replace(DATA, folder.resolve("data").toString())
                .replaceAll("\\bkafka:", "localhost:").replaceAll("://:", "://localhost:");
        for (Map.Entry<Integer, Integer> port : ports.entrySet()) {
            result = Pattern.compile(":" + port.getKey() + "\\b").matcher(result).replaceAll(":" + port.getValue());
        }
        return result;
    }

    /** Runs a command of a service to its end. */
    ServiceProcess run(List<String> command, Map<String, String> variables, String log) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        variables.forEach((name, value) -> environment.put(name, here(value)));
        return ServiceProcess.start(command.stream().map(this::here).toList(), folder, environment,
                folder.resolve(log));
    }

    /** Does what the image does when a service names no command: configures, formats, and starts the broker. */
    ServiceProcess start(Map<String, String> variables) throws IOException, InterruptedException {
        // The image gives a cluster its id where the variables do not.
        Map<String, String> environment = new LinkedHashMap<>(variables);
        environment.put("CLUSTER_ID", "5L6g3nShT-eMCtK--X86sw");
        List<String> java = List.of(java(), "-cp", System.getProperty("java.class.path"));
        try (ServiceProcess setup = run(join(java, "kafka.docker.KafkaDockerWrapper", "setup",
                "--default-configs-dir", folder.resolve("defaults").toString(),
                "--mounted-configs-dir", folder.resolve("mounted").toString(),
                "--final-configs-dir", HOME + "/config"), environment, "setup.log")) {
            if (setup.exitCode() != 0) {
                throw new AssertionError("The image's set-up fails: " + setup.said());
            }
        }
        List<String> sized = join(java, environment.get("KAFKA_HEAP_OPTS").split(" "));
        return run(join(sized, "kafka.Kafka", HOME + "/config/server.properties"), environment, "kafka.log");
    }

    private static List<String> join(List<String> first, String... rest) {
        return Stream.concat(first.stream(), Stream.of(rest)).toList();
    }
}
