package io.flinkvision.job.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Checks properties of Kafka's clients with Kafka's own validators. A value that they refuse fails a job when it runs,
 * again after each restart. Messages have no values, since a password may stand in place of another property.
 *
 * <p>Classes, which may be in Flink's {@code lib/}, and references to config providers can only be checked where the
 * clients run.
 */
public final class PropertyCheck {

    private static final Map<String, ConfigDef> CLIENTS = new TreeMap<>(Map.of(
            "admin client", AdminClientConfig.configDef(),
            "consumer", ConsumerConfig.configDef(),
            "producer", ProducerConfig.configDef()));

    /** The form of all exceptions about a single property. */
    private static final Pattern INVALID_VALUE =
            Pattern.compile("(?s)Invalid value .* for configuration ([A-Za-z0-9._-]+)(?:: (.*))?");

    private PropertyCheck() {}

    /**
     * The properties whose values are refused on their own.
     *
     * @param properties of any client; unknown ones are ignored, as Kafka does
     * @return a sentence for each, in the order of the names
     */
    public static List<String> problems(Map<String, String> properties) {
        List<String> problems = new ArrayList<>();
        ClientProperties.problem(properties).ifPresent(problems::add);
        new TreeMap<>(properties).forEach((name, value) -> CLIENTS.entrySet().stream()
                .flatMap(client -> problem(client.getValue(), name, value)
                        .map(reason -> name + " has a value that Kafka's " + client.getKey() + " refuses: " + reason)
                        .stream())
                .findFirst()
                .ifPresent(problems::add));
        return problems;
    }

    private static Optional<String> problem(ConfigDef client, String name, String value) {
        ConfigKey key = client.configKeys().get(name);
        if (key == null || !isKnownHere(key, value)) {
            return Optional.empty();
        }
        try {
            Object parsed = ConfigDef.parseType(name, value, key.type);
            if (key.validator != null) {
                key.validator.ensureValid(name, parsed);
            }
            return Optional.empty();
        } catch (KafkaException e) {
            return Optional.of(withoutValue(e.getMessage(), value));
        }
    }

    private static boolean isKnownHere(ConfigKey key, String value) {
        return key.type != ConfigDef.Type.CLASS && !value.contains("${");
    }

    /**
     * The reason why a consumer refuses properties in combination.
     *
     * @param properties each of which is right on its own
     */
    public static Optional<String> consumerProblem(Map<String, String> properties) {
        Map<String, Object> known = known(ConsumerConfig.configDef(), properties);
        known.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        known.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        try {
            ConsumerConfig config = new ConsumerConfig(known);
            // KafkaConsumer checks this in its constructor, not in its configuration.
            return config.getInt(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG)
                            < config.getInt(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG)
                    ? Optional.empty()
                    : Optional.of("heartbeat.interval.ms must be less than session.timeout.ms");
        } catch (KafkaException e) {
            return Optional.of(reason(e.getMessage(), properties));
        }
    }

    /**
     * The reason why a producer refuses properties in combination.
     *
     * @param properties each of which is right on its own
     * @param transactional whether it writes in transactions
     */
    public static Optional<String> producerProblem(Map<String, String> properties, boolean transactional) {
        Map<String, Object> known = known(ProducerConfig.configDef(), properties);
        known.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        known.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        if (transactional) {
            known.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "check");
        }
        try {
            ProducerConfig config = new ProducerConfig(known);
            // KafkaProducer checks this in its constructor, not in its configuration.
            return known.containsKey(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)
                            && config.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)
                                    < config.getLong(ProducerConfig.LINGER_MS_CONFIG)
                                            + config.getInt(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)
                    ? Optional.of("delivery.timeout.ms must be at least linger.ms + request.timeout.ms, which is "
                            + (config.getLong(ProducerConfig.LINGER_MS_CONFIG)
                                    + config.getInt(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)))
                    : Optional.empty();
        } catch (KafkaException e) {
            return Optional.of(reason(e.getMessage(), properties));
        }
    }

    private static Map<String, Object> known(ConfigDef client, Map<String, String> properties) {
        Map<String, Object> known = new HashMap<>();
        // Required of every client; no connection is made.
        known.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092");
        properties.forEach((name, value) -> {
            ConfigKey key = client.configKeys().get(name);
            if (key != null && isKnownHere(key, value) && !name.equals(AbstractConfig.CONFIG_PROVIDERS_CONFIG)) {
                known.put(name, value);
            }
        });
        return known;
    }

    /** The reason in a message of Kafka's, with the name of the property and without its value. */
    private static String reason(String message, Map<String, String> properties) {
        Matcher matcher = INVALID_VALUE.matcher(message);
        return matcher.matches()
                ? matcher.group(1) + ": " + withoutValue(message, properties.getOrDefault(matcher.group(1), ""))
                : message;
    }

    private static String withoutValue(String message, String value) {
        Matcher matcher = INVALID_VALUE.matcher(message);
        String reason = matcher.matches() ? Optional.ofNullable(matcher.group(2)).orElse("it is invalid") : message;
        return value.isBlank()
                ? reason
                : reason.replaceAll("(?<![A-Za-z0-9])" + Pattern.quote(value.strip()) + "(?![A-Za-z0-9])", "...");
    }

    /** The message of a {@code ConfigException} without the value. */
    static String withoutValue(String message) {
        Matcher matcher = INVALID_VALUE.matcher(message);
        return matcher.matches() ? matcher.group(1) + " has a value that Kafka refuses" : message;
    }
}
