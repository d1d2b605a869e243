package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.Configuration;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.Problem;
import io.flinkvision.job.kafka.PropertyCheck;
import io.flinkvision.job.kafka.TopicNames;
import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What may be wrong in a job file although each value has its type: {@link JobOptions} explains the values. */
final class JobFileChecks {

    private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);

    private JobFileChecks() {}

    /** What is wrong in the file of a classify job although each value alone is right. */
    static List<Problem> problems(Configuration configuration) {
        List<Problem> problems = new ArrayList<>();
        checkKafka(configuration, problems);
        checkFurtherTopic(configuration, JobOptions.MODEL_CONTROL_TOPIC, "choices of models", problems);
        checkEvents(configuration, problems);
        checkAge(configuration, problems);
        checkSkipUnchanged(configuration, problems);
        if (configuration.get(JobOptions.DECODE_FORMATS).isEmpty()) {
            problems.add(configuration.problem(JobOptions.DECODE_FORMATS, "must hold at least one format"));
        }
        if (configuration.get(JobOptions.MAX_IMAGE_BYTES) > KafkaClients.LARGEST_IMAGE_BYTES) {
            problems.add(configuration.problem(JobOptions.MAX_IMAGE_BYTES, "is more than Kafka's clients can carry; the"
                    + " largest is " + JobOptions.MAX_IMAGE_BYTES.type().print(KafkaClients.LARGEST_IMAGE_BYTES)));
        }
        checkGuard(configuration, problems);
        for (String prefix : configuration.get(JobOptions.DECODE_REFERENCE_PREFIXES)) {
            checkPrefix(configuration, prefix, problems);
        }
        return problems;
    }

    /** What may be wrong in the file of any job: topics, and times. */
    static void checkKafka(Configuration configuration, List<Problem> problems) {
        checkTopics(configuration, problems);
        checkOutputTopic(configuration, JobOptions.SINK_TOPIC, problems);
        checkOutputTopic(configuration, JobOptions.DEAD_LETTERS_TOPIC, problems);
        if (configuration.get(JobOptions.SINK_TOPIC).equals(configuration.get(JobOptions.DEAD_LETTERS_TOPIC))) {
            problems.add(configuration.problem(JobOptions.DEAD_LETTERS_TOPIC, "is the sink.topic too; dead letters need"
                    + " one of their own"));
        }
        checkCollisions(configuration, problems);
        checkProperties(configuration, problems);
        checkTimes(configuration, problems);
    }

    private static void checkProperties(Configuration configuration, List<Problem> problems) {
        int before = problems.size();
        for (Option<Map<String, String>> option : List.of(
                JobOptions.KAFKA_PROPERTIES, JobOptions.SOURCE_PROPERTIES, JobOptions.SINK_PROPERTIES)) {
            PropertyCheck.problems(configuration.get(option))
                    .forEach(problem -> problems.add(configuration.problem(option, problem)));
        }
        if (problems.size() > before) {
            return;
        }
        PropertyCheck.consumerProblem(JobDefinition.properties(configuration, JobOptions.SOURCE_PROPERTIES))
                .ifPresent(problem -> problems.add(combined(configuration, JobOptions.SOURCE_PROPERTIES, problem)));
        PropertyCheck.producerProblem(JobDefinition.properties(configuration, JobOptions.SINK_PROPERTIES),
                        configuration.get(JobOptions.SINK_GUARANTEE) == Guarantee.EXACTLY_ONCE)
                .ifPresent(problem -> problems.add(combined(configuration, JobOptions.SINK_PROPERTIES, problem)));
    }

    private static Problem combined(Configuration configuration, Option<Map<String, String>> own, String problem) {
        return configuration.problem(configuration.isSet(own) ? own : JobOptions.KAFKA_PROPERTIES,
                "do not go together, by Kafka's own check: " + problem);
    }

    /**
     * Brokers create only one of two topics that differ in nothing but dots and underscores, since the names of their
     * metrics would be the same.
     */
    private static void checkCollisions(Configuration configuration, List<Problem> problems) {
        List<String> source = configuration.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS);
        List<String> sink = configuration.get(JobOptions.SINK_BOOTSTRAP_SERVERS);
        Map<String, String> input = new LinkedHashMap<>();
        Map<String, String> output = sink.isEmpty() || Set.copyOf(sink).equals(Set.copyOf(source))
                ? input
                : new LinkedHashMap<>();
        configuration.get(JobOptions.SOURCE_TOPICS).forEach(topic ->
                checkCollision(configuration, JobOptions.SOURCE_TOPICS, topic, input, problems));
        configuration.find(JobOptions.MODEL_CONTROL_TOPIC).ifPresent(topic ->
                checkCollision(configuration, JobOptions.MODEL_CONTROL_TOPIC, topic, input, problems));
        for (Option<String> option : List.of(
                JobOptions.SINK_TOPIC, JobOptions.DEAD_LETTERS_TOPIC, EventOptions.TOPIC)) {
            configuration.find(option).ifPresent(topic ->
                    checkCollision(configuration, option, topic, output, problems));
        }
    }

    /** @param seen the topics of the same brokers before this one, by their names in metrics */
    private static void checkCollision(Configuration configuration, Option<?> option, String topic,
            Map<String, String> seen, List<Problem> problems) {
        String other = seen.putIfAbsent(TopicNames.inMetrics(topic), topic);
        if (other != null && !other.equals(topic)) {
            problems.add(configuration.problem(option, "has the topic " + TopicNames.collision(topic, other)));
        }
    }

    private static void checkEvents(Configuration configuration, List<Problem> problems) {
        EventSettings.check(configuration, problems);
        checkFurtherTopic(configuration, EventOptions.TOPIC, "events", problems);
        if (configuration.find(EventOptions.TOPIC).isEmpty()) {
            EventOptions.RULES.stream().filter(configuration::isSet).forEach(option ->
                    problems.add(configuration.problem(option, "is set, but without events.topic no events are found"
                            + " in this job")));
        }
    }

    private static void checkAge(Configuration configuration, List<Problem> problems) {
        if (configuration.find(JobOptions.MAX_AGE).filter(most -> most.toMillis() < 1).isPresent()) {
            problems.add(configuration.problem(JobOptions.MAX_AGE, "must be at least 1 ms; leave it out to decode"
                    + " frames of any age"));
        }
    }

    private static void checkSkipUnchanged(Configuration configuration, List<Problem> problems) {
        if (configuration.get(JobOptions.SKIP_UNCHANGED_AT_LEAST_EVERY).toMillis() < 1) {
            problems.add(configuration.problem(JobOptions.SKIP_UNCHANGED_AT_LEAST_EVERY, "must be at least 1 ms; leave"
                    + " skip-unchanged.threshold out to classify every frame"));
        }
        if (configuration.isSet(JobOptions.SKIP_UNCHANGED_AT_LEAST_EVERY)
                && configuration.find(JobOptions.SKIP_UNCHANGED_THRESHOLD).isEmpty()) {
            problems.add(configuration.problem(JobOptions.SKIP_UNCHANGED_AT_LEAST_EVERY, "is set, but without"
                    + " skip-unchanged.threshold every frame is classified"));
        }
    }

    private static void checkTopics(Configuration configuration, List<Problem> problems) {
        boolean named = !configuration.get(JobOptions.SOURCE_TOPICS).isEmpty();
        Optional<String> pattern = configuration.find(JobOptions.SOURCE_TOPIC_PATTERN);
        if (named == pattern.isPresent()) {
            problems.add(configuration.problem(JobOptions.SOURCE_TOPICS, named
                    ? "and source.topic-pattern are both set; keep one of them"
                    : "is missing; set it, or source.topic-pattern"));
        }
        configuration.get(JobOptions.SOURCE_TOPICS).stream()
                .filter(topic -> !TopicNames.isValid(topic))
                .forEach(topic -> problems.add(configuration.problem(JobOptions.SOURCE_TOPICS, TopicNames.REQUIRED + "'" + topic + "'")));
        pattern.ifPresent(text -> {
            try {
                Pattern.compile(text);
            } catch (PatternSyntaxException e) {
                problems.add(configuration.problem(JobOptions.SOURCE_TOPIC_PATTERN, "is no regular expression: "
                        + e.getDescription() + " at character " + (e.getIndex() + 1)));
            }
        });
    }

    /** A topic that only some jobs have. */
    private static void checkFurtherTopic(
            Configuration configuration, Option<String> option, String records, List<Problem> problems) {
        configuration.find(option).ifPresent(topic -> {
            checkOutputTopic(configuration, option, topic, problems);
            for (Option<String> other : List.of(
                    JobOptions.SINK_TOPIC, JobOptions.DEAD_LETTERS_TOPIC, JobOptions.MODEL_CONTROL_TOPIC)) {
                if (!other.equals(option) && configuration.find(other).filter(topic::equals).isPresent()) {
                    problems.add(configuration.problem(option, "is the " + other.path() + " too; " + records
                            + " need a topic of their own"));
                }
            }
        });
    }

    /** A job that reads what it writes never ends, and fills the disk of the broker. */
    private static void checkOutputTopic(Configuration configuration, Option<String> option, List<Problem> problems) {
        checkOutputTopic(configuration, option, configuration.get(option), problems);
    }

    private static void checkOutputTopic(
            Configuration configuration, Option<String> option, String topic, List<Problem> problems) {
        if (!TopicNames.isValid(topic)) {
            problems.add(configuration.problem(option, TopicNames.REQUIRED + "'" + topic + "'"));
        }
        boolean matchesPattern = configuration.find(JobOptions.SOURCE_TOPIC_PATTERN).filter(pattern -> {
            try {
                return topic.matches(pattern);
            } catch (PatternSyntaxException e) {
                return false;
            }
        }).isPresent();
        if (configuration.get(JobOptions.SOURCE_TOPICS).contains(topic) || matchesPattern) {
            problems.add(configuration.problem(option, "is an input topic too: the job would take its records for"
                    + " pictures"));
        }
    }

    /** A deadline that a large picture or a first one may miss would end healthy processes. */
    private static void checkGuard(Configuration configuration, List<Problem> problems) {
        Duration deadline = configuration.get(JobOptions.CRASH_GUARD_DEADLINE);
        if (!deadline.isZero() && deadline.compareTo(SHORTEST_DEADLINE) < 0) {
            problems.add(configuration.problem(JobOptions.CRASH_GUARD_DEADLINE,
                    "must be at least 1 s, or 0 s for no deadline"));
        }
        configuration.find(JobOptions.CRASH_GUARD_FOLDER)
                .filter(folder -> !folder.startsWith("/") && !Path.of(folder).isAbsolute())
                .ifPresent(folder -> problems.add(configuration.problem(JobOptions.CRASH_GUARD_FOLDER,
                        "must be an absolute path on the TaskManagers, not '" + folder + "'")));
    }

    private static void checkPrefix(Configuration configuration, String prefix, List<Problem> problems) {
        try {
            URI uri = new URI(prefix);
            if (uri.isAbsolute() && uri.getPath() != null) {
                return;
            }
        } catch (URISyntaxException e) {
            // The problem below says what is wanted.
        }
        problems.add(configuration.problem(JobOptions.DECODE_REFERENCE_PREFIXES,
                "must hold absolute URIs such as s3://bucket/folder/, not '" + prefix + "'"));
    }

    private static void checkTimes(Configuration configuration, List<Problem> problems) {
        Duration interval = configuration.get(JobOptions.CHECKPOINT_INTERVAL);
        if (interval.compareTo(Duration.ofMillis(10)) < 0) {
            problems.add(configuration.problem(JobOptions.CHECKPOINT_INTERVAL, "must be at least 10 ms"));
        }
        Duration timeout = configuration.get(JobOptions.SINK_TRANSACTION_TIMEOUT);
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.toMillis() > Integer.MAX_VALUE) {
            problems.add(configuration.problem(JobOptions.SINK_TRANSACTION_TIMEOUT, "must be from 1 s to 24 d"));
        } else if (configuration.get(JobOptions.SINK_GUARANTEE) == Guarantee.EXACTLY_ONCE
                && timeout.compareTo(interval.multipliedBy(2)) < 0) {
            problems.add(configuration.problem(JobOptions.SINK_TRANSACTION_TIMEOUT, "must be at least twice the"
                    + " checkpoint-interval: a transaction that times out before its checkpoint is complete loses"
                    + " its records"));
        }
    }
}
