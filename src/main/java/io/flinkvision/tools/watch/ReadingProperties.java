package io.flinkvision.tools.watch;

import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The properties of consumers that only look: they see committed records, commit nothing on their own, and make no topic
 * by looking for it. Where retention has overtaken them, they go on at the oldest record.
 */
public final class ReadingProperties {

    private static final String PATIENCE_MILLIS = "10000";

    private ReadingProperties() {}

    /**
     * For a consumer of no group, which disturbs nobody else's reading.
     *
     * @param given the brokers and how to log in
     * @return a copy of them with what is needed besides
     */
    public static Properties withoutGroup(Properties given) {
        Properties complete = complete(given);
        complete.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return complete;
    }

    /**
     * For a consumer of a group, whose offsets it is told or commits itself.
     *
     * @param group the consumer group
     */
    public static Properties withGroup(String group, Properties given) {
        Properties complete = complete(given);
        complete.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        return complete;
    }

    private static Properties complete(Properties given) {
        Properties complete = new Properties();
        complete.putAll(given);
        complete.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        complete.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        complete.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        complete.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        complete.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return complete;
    }

    /** The same properties, with the isolation that was given, where one was: what a job reads, its own choice. */
    public static Properties withIsolationOf(Properties given, Properties complete) {
        Properties result = new Properties();
        result.putAll(complete);
        if (given.containsKey(ConsumerConfig.ISOLATION_LEVEL_CONFIG)) {
            result.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, given.get(ConsumerConfig.ISOLATION_LEVEL_CONFIG));
        }
        return result;
    }

    /**
     * The same properties, with ten seconds for each question to the brokers: for commands that somebody waits for.
     */
    public static Properties impatient(Properties properties) {
        Properties complete = new Properties();
        complete.putAll(properties);
        complete.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        complete.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        return complete;
    }
}
