package io.flinkvision.tools.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The properties of a broker with one node on a laptop. */
final class BrokerProperties {

    /**
     * A further listener for clients.
     *
     * @param name in capital letters
     * @param securityProtocol in Kafka's terms, such as {@code SASL_SSL}
     * @param address {@code HOST:PORT}
     */
    record Listener(String name, String securityProtocol, String address) {

        Listener {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(securityProtocol, "securityProtocol");
            Objects.requireNonNull(address, "address");
        }

        String url() {
            return name + "://" + address;
        }
    }

    /** The listener for producers and consumers. */
    static final String CLIENTS = "CLIENTS";

    /** The listener for the metadata quorum. */
    static final String CONTROLLER = "CONTROLLER";

    /** Each broker is a cluster of its own, so all may have the same. */
    static final int NODE_ID = 1;

    /** Kafka's defaults are those of a cluster of several large machines. */
    private static final Map<String, String> LAPTOP = Map.ofEntries(
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "2"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "2"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.num.partitions", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "2"),
            Map.entry("background.threads", "2"),
            Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
            Map.entry("log.index.size.max.bytes", "1048576"),
            Map.entry("broker.heartbeat.interval.ms", "500"));

    private BrokerProperties() {}

    /**
     * All properties of a broker.
     *
     * @param folder for its data
     * @param clients address of the listener for clients, {@code HOST:PORT}
     * @param controller address of the listener for the quorum, {@code HOST:PORT}
     * @param own properties that override the defaults
     * @throws IllegalArgumentException if {@code own} sets the broker's address, folder or role
     */
    static Properties of(Path folder, String clients, String controller, List<Listener> further,
            Map<String, String> own) {
        Map<String, String> identity = Map.of(
                "process.roles", "broker,controller",
                "node.id", String.valueOf(NODE_ID),
                "listeners", CLIENTS + "://" + clients + "," + CONTROLLER + "://" + controller
                        + joined(further, Listener::url),
                "advertised.listeners", CLIENTS + "://" + clients + joined(further, Listener::url),
                "listener.security.protocol.map", CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT"
                        + joined(further, listener -> listener.name() + ":" + listener.securityProtocol()),
                "inter.broker.listener.name", CLIENTS,
                "controller.listener.names", CONTROLLER,
                "controller.quorum.voters", NODE_ID + "@" + controller,
                "log.dirs", folder.toString());
        TreeSet<String> taken = new TreeSet<>(own.keySet());
        taken.retainAll(identity.keySet());
        if (!taken.isEmpty()) {
            throw new IllegalArgumentException(
                    "These properties of the broker cannot be overridden: " + String.join(", ", taken));
        }
        Properties result = new Properties();
        result.putAll(LAPTOP);
        result.putAll(own);
        result.putAll(identity);
        return result;
    }

    private static String joined(List<Listener> listeners, Function<Listener, String> text) {
        return listeners.stream().map(text).map(part -> "," + part).collect(Collectors.joining());
    }
}
