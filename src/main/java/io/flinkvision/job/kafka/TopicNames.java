package io.flinkvision.job.kafka;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/** Kafka's rules for the names of topics. */
public final class TopicNames {

    /** The rule as a message. */
    public static final String REQUIRED =
            "must be the name of a Kafka topic: letters, digits, dots, underscores and dashes";

    private static final Pattern VALID = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

    private TopicNames() {}

    /** Whether brokers accept a name. */
    public static boolean isValid(String topic) {
        return VALID.matcher(topic).matches();
    }

    /** The name in the brokers' metrics, in which dots and underscores are the same. */
    private static String inMetrics(String topic) {
        return topic.replace('.', '_');
    }

    /** An existing topic because of whose name brokers do not create another one. */
    public static Optional<String> colliding(String topic, Collection<String> existing) {
        return existing.stream()
                .filter(other -> !other.equals(topic) && inMetrics(other).equals(inMetrics(topic)))
                .sorted()
                .findFirst();
    }

    /** A collision as the end of a message, after "the topic". */
    public static String collision(String topic, String other) {
        return topic + ", which collides with " + other + ": the names of their metrics would be the same, so the"
                + " broker does not create it; rename one of them";
    }
}
