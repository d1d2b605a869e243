package io.flinkvision.job.pipeline;

import static io.flinkvision.job.pipeline.JobOptions.CHECKPOINT_INTERVAL;
import static io.flinkvision.job.pipeline.JobOptions.DEAD_LETTERS_TOPIC;
import static io.flinkvision.job.pipeline.JobOptions.EVENTS_STATES_TOPIC;
import static io.flinkvision.job.pipeline.JobOptions.EVENTS_TOPIC;
import static io.flinkvision.job.pipeline.JobOptions.KAFKA_PROPERTIES;
import static io.flinkvision.job.pipeline.JobOptions.MODEL_COMPARISONS_TOPIC;
import static io.flinkvision.job.pipeline.JobOptions.MODEL_CONTROL_TOPIC;
import static io.flinkvision.job.pipeline.JobOptions.MODEL_HEADS_TOPIC;
import static io.flinkvision.job.pipeline.JobOptions.PICTURES_TOPIC;
import static io.flinkvision.job.pipeline.JobOptions.SINK_BOOTSTRAP_SERVERS;
import static io.flinkvision.job.pipeline.JobOptions.SINK_GUARANTEE;
import static io.flinkvision.job.pipeline.JobOptions.SINK_PROPERTIES;
import static io.flinkvision.job.pipeline.JobOptions.SINK_TOPIC;
import static io.flinkvision.job.pipeline.JobOptions.SOURCE_BOOTSTRAP_SERVERS;
import static io.flinkvision.job.pipeline.JobOptions.SOURCE_CAMERAS;
import static io.flinkvision.job.pipeline.JobOptions.SOURCE_CAMERAS_TOPIC;
import static io.flinkvision.job.pipeline.JobOptions.SOURCE_PROPERTIES;
import static io.flinkvision.job.pipeline.JobOptions.SOURCE_TOPICS;
import static io.flinkvision.job.pipeline.JobOptions.SOURCE_TOPIC_PATTERN;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.job.kafka.PropertyCheck;
import io.flinkvision.job.kafka.TopicNames;
import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import io.flinkvision.job.pipeline.JobOptions.StartingOffsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The checks of those {@link JobOptions} whose values depend on each other, all of them about Kafka, and the warnings
 * about valid values that can lose records.
 */
final class KafkaChecks {

    private KafkaChecks() {}

    static List<String> inputTopics(Option<List<String>> option, List<String> topics, OptionValues values) {
        return Stream.concat(
                pictures(topics.isEmpty() ? Optional.empty() : Optional.of(option), values).stream(),
                topicPairs(topics).stream()).toList();
    }

    /**
     * Checks that pictures come from one place.
     *
     * @param topics the option of the input topics, if it has any
     * @return a problem of the first option that could name one
     */
    static Optional<String> pictures(Optional<Option<?>> topics, OptionValues values) {
        List<Option<?>> possible = Stream.of(SOURCE_TOPICS, SOURCE_TOPIC_PATTERN, SOURCE_CAMERAS, SOURCE_CAMERAS_TOPIC)
                .filter(values::isKnown).toList();
        String first = possible.get(0).path();
        List<String> given = possible.stream()
                .filter(option -> option.equals(SOURCE_TOPICS) ? topics.isPresent() : values.isSet(option))
                .map(Option::path).toList();
        String others = given.stream().filter(path -> !path.equals(first)).collect(Collectors.joining(" and "));
        return switch (given.size()) {
            case 0 -> Optional.of("is missing; set it" + possible.stream().skip(1)
                    .map(option -> ", or " + option.path()).collect(Collectors.joining()));
            case 1 -> Optional.empty();
            default -> Optional.of(given.contains(first)
                    ? "and " + others + " are " + (given.size() == 2 ? "both" : "all") + " set; keep one of them"
                    : "is not set, but " + others + " are; keep one of them");
        };
    }

    private static List<String> topicPairs(List<String> topics) {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < topics.size(); i++) {
            String topic = topics.get(i);
            TopicNames.colliding(topic, topics.subList(0, i))
                    .ifPresent(other -> problems.add("has the topic " + TopicNames.collision(topic, other)));
        }
        return problems;
    }

    /** A job that reads its own output never ends, so such a topic is not of the input; nor is it one of the others. */
    static List<String> ownTopic(Option<String> option, String topic, OptionValues values) {
        List<String> problems = new ArrayList<>();
        if (values.get(SOURCE_TOPICS).contains(topic) || values.find(SOURCE_TOPIC_PATTERN)
                .filter(pattern -> pattern.matcher(topic).matches()).isPresent()) {
            problems.add("is an input topic too: the job would take its records for pictures");
        }
        List<String> others = new ArrayList<>();
        if (hasSameBrokers(option, SOURCE_TOPICS, values)) {
            others.addAll(values.get(SOURCE_TOPICS));
        }
        Stream.of(SOURCE_CAMERAS_TOPIC, SINK_TOPIC, DEAD_LETTERS_TOPIC, MODEL_CONTROL_TOPIC, MODEL_HEADS_TOPIC,
                        MODEL_COMPARISONS_TOPIC, EVENTS_TOPIC, EVENTS_STATES_TOPIC, PICTURES_TOPIC)
                .takeWhile(other -> !other.equals(option))
                .forEach(other -> values.find(other).ifPresent(name -> {
                    if (name.equals(topic)) {
                        problems.add("is the " + other.path() + " too; each needs a topic of its own");
                    }
                    if (hasSameBrokers(option, other, values)) {
                        others.add(name);
                    }
                }));
        TopicNames.colliding(topic, others)
                .ifPresent(other -> problems.add("has the topic " + TopicNames.collision(topic, other)));
        return problems;
    }

    private static boolean hasSameBrokers(Option<?> one, Option<?> other, OptionValues values) {
        Set<String> source = Set.copyOf(values.get(SOURCE_BOOTSTRAP_SERVERS));
        return isOfInput(one) == isOfInput(other) || source.equals(Set.copyOf(values.get(SINK_BOOTSTRAP_SERVERS)));
    }

    private static boolean isOfInput(Option<?> topic) {
        return List.of(SOURCE_TOPICS, SOURCE_CAMERAS_TOPIC, MODEL_CONTROL_TOPIC, MODEL_HEADS_TOPIC).contains(topic);
    }

    /** The properties one by one, and then together as a client gets them, at the option that sets some of them. */
    static List<String> properties(
            Option<Map<String, String>> option, Map<String, String> properties, OptionValues values) {
        List<String> problems = PropertyCheck.problems(properties);
        if (!problems.isEmpty()) {
            return problems;
        }
        return Stream.of(SOURCE_PROPERTIES, SINK_PROPERTIES)
                .filter(client -> option.equals(values.isSet(client) ? client : KAFKA_PROPERTIES))
                .flatMap(client -> combination(client, values).stream())
                .map(reason -> "do not go together, by Kafka's own check: " + reason)
                .distinct().toList();
    }

    private static Optional<String> combination(Option<Map<String, String>> client, OptionValues values) {
        Map<String, String> all = KafkaClients.properties(values, client);
        if (!PropertyCheck.problems(all).isEmpty()) {
            return Optional.empty();
        }
        return client.equals(SOURCE_PROPERTIES)
                ? PropertyCheck.consumerProblem(all)
                : PropertyCheck.producerProblem(all, isExactlyOnce(values));
    }

    static List<String> transactionTimeout(Option<Duration> option, Duration timeout, OptionValues values) {
        boolean isTooShort = timeout.compareTo(values.get(CHECKPOINT_INTERVAL).multipliedBy(2)) < 0;
        return isExactlyOnce(values) && isTooShort
                ? List.of("must be at least twice the checkpoint-interval: a transaction that times out before its"
                        + " checkpoint is complete loses its records")
                : List.of();
    }

    /** Warns of transactions that may time out before their commit. */
    static List<String> shortTransactions(Option<Duration> option, Duration timeout, OptionValues values) {
        TransactionTime transactions = TransactionTime.of(values);
        return isExactlyOnce(values) && transactions.isShort()
                ? List.of("sink.transaction-timeout is " + seconds(timeout) + ", less than the "
                        + seconds(transactions.enough()) + " that a slow checkpoint and a restart take together: if a"
                        + " failure falls between a checkpoint and its commit and the job is not back in time, the"
                        + " broker aborts the transaction and its labels are lost; a checkpoint of more than "
                        + seconds(transactions.longestCheckpoint(0)) + " fails the job")
                : List.of();
    }

    /** Warns of producers that do not wait for replicas. */
    static List<String> acknowledgements(
            Option<Map<String, String>> option, Map<String, String> properties, OptionValues values) {
        String acks = KafkaClients.properties(values, SINK_PROPERTIES).getOrDefault("acks", "all");
        return acks.equals("all") || acks.equals("-1")
                ? List.of()
                : List.of("sink.properties sets acks to " + acks + ": labels that a broker has accepted are lost if it"
                        + " fails before another one has copied them; leave it at 'all'");
    }

    /** Warns of producers that refuse the largest records. */
    static List<String> requestSize(
            Option<Map<String, String>> option, Map<String, String> properties, OptionValues values) {
        if (!values.isKnown(DEAD_LETTERS_TOPIC)) {
            // A cameras job, which drops what is too large.
            return List.of();
        }
        KafkaClients kafka = new KafkaClients(values);
        List<String> warnings = new ArrayList<>();
        String limit = "sink.properties sets max.request.size to " + kafka.maxRequestBytes() + ", but ";
        if (kafka.maxRequestBytes() < kafka.maxAnswerBytes()) {
            warnings.add(limit + "the job may write records of " + kafka.maxAnswerBytes() + " bytes: one that the"
                    + " producer refuses fails the job, again after each restart");
        }
        if (kafka.maxRequestBytes() < kafka.maxDeadLetterBytes()) {
            warnings.add(limit + "a dead letter may have " + kafka.maxDeadLetterBytes() + " bytes: a larger one goes"
                    + " without its value, which stays in the input topic alone");
        }
        return warnings;
    }

    static List<String> startingOffsets(Option<StartingOffsets> option, StartingOffsets start, OptionValues values) {
        return start == StartingOffsets.LATEST && !JobOptions.readsCameras(values)
                ? List.of("source.starting-offsets is latest: records that arrive while no job runs are skipped, unless"
                        + " the next job starts from a checkpoint or savepoint")
                : List.of();
    }

    /** Warns of what tells how records of the input topics are read, where cameras are read instead. */
    static <T> List<String> onlyForTopics(Option<T> option, T value, OptionValues values) {
        boolean isChosen = values.isSet(option) && !option.defaultValue().equals(Optional.of(value));
        return JobOptions.readsCameras(values) && isChosen
                ? List.of(option.path() + " is set, but the pictures come from cameras, not from topics: it is ignored")
                : List.of();
    }

    private static boolean isExactlyOnce(OptionValues values) {
        return values.get(SINK_GUARANTEE) == Guarantee.EXACTLY_ONCE;
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
