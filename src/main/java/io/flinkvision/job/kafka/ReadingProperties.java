package io.flinkvision.job.kafka;

import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * Properties of consumers that only read: they see committed records, commit nothing by themselves, create no topics,
 * and continue at the oldest record if retention has overtaken them.
 */
public final class ReadingProperties {

    private static final String TIMEOUT_MILLIS = "10000";

    private ReadingProperties() {}

    /**
     * For a consumer without a group, which does not affect other consumers.
     *
     * @param given the brokers and how to log in; it is copied
     */
    public static Properties withoutGroup(Properties given) {
        Properties complete = complete(given);
        complete.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return complete;
    }

    /**
     * For a consumer of a group, whose offsets it reads or commits.
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

    /** The same properties, with the isolation level that was given, if any: a job chooses what it reads. */
    public static Properties withIsolationOf(Properties given, Properties complete) {
        Properties result = new Properties();
        result.putAll(complete);
        if (given.containsKey(ConsumerConfig.ISOLATION_LEVEL_CONFIG)) {
            result.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, given.get(ConsumerConfig.ISOLATION_LEVEL_CONFIG));
        }
        return result;
    }

    /**
     * The same properties with a timeout of ten seconds per request, for commands that a user waits for.
     */
    public static Properties impatient(Properties properties) {
        Properties complete = new Properties();
        complete.putAll(properties);
        complete.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        complete.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        return complete;
    }
}
