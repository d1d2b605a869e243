package io.flinkvision.job.kafka;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/** Kafka's rules for the names of topics. */
public final class TopicNames {

    /** The rule in words, before the name that breaks it. */
    public static final String REQUIRED =
            "must be a Kafka topic's name of letters, digits, dots, underscores and dashes, not ";

    private static final Pattern VALID = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

    private TopicNames() {}

    /** Whether a broker takes a name. */
    public static boolean isValid(String topic) {
        return VALID.matcher(topic).matches();
    }

    /** The name as the brokers' metrics have it, in which dots and underscores are the same. */
    public static String inMetrics(String topic) {
        return topic.replace('.', '_');
    }

    /** A topic that keeps a broker from creating another one. */
    public static Optional<String> colliding(String topic, Collection<String> existing) {
        return existing.stream()
                .filter(other -> !other.equals(topic) && inMetrics(other).equals(inMetrics(topic)))
                .sorted()
                .findFirst();
    }

    /** A collision in words, to follow on "the topic". */
    public static String collision(String topic, String other) {
        return topic + ", which collides with " + other + ": the names of their metrics would be the same, so the"
                + " broker does not create it; rename one of them";
    }
}
