package io.flinkvision.job;

import io.flinkvision.configuration.Configuration;
import io.flinkvision.configuration.ConfigurationException;
import io.flinkvision.configuration.ConfigurationReader;
import io.flinkvision.configuration.Option;
import io.flinkvision.configuration.Problem;
import io.flinkvision.guard.GuardSettings;
import io.flinkvision.guard.NotesPlace;
import io.flinkvision.image.DecodeLimits;
import io.flinkvision.job.JobOptions.Guarantee;
import io.flinkvision.job.JobOptions.StartingOffsets;
import io.flinkvision.kafka.ClientProperties;
import io.flinkvision.stream.AgeLimit;
import io.flinkvision.stream.BundleLocation;
import io.flinkvision.stream.DeviceKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * What a job file says, checked: {@link JobOptions} explains each value.
 *
 * @param name the job's name
 * @param parallelism of every operator that sets none of its own; empty for the cluster's
 * @param checkpointInterval between checkpoints
 * @param maxImageBytes the largest picture
 * @param ageLimit which frames are too old to be decoded
 * @param source the input topics
 * @param decode what is decoded, and how
 * @param guard what is done about records that kill the process
 * @param model the network
 * @param sink the output topics
 * @param events what counts as an event; empty where the job finds none
 */
public record JobDefinition(
        String name,
        Optional<Integer> parallelism,
        Duration checkpointInterval,
        long maxImageBytes,
        AgeLimit ageLimit,
        Source source,
        Decode decode,
        GuardSettings guard,
        Model model,
        Sink sink,
        Optional<EventSettings> events) implements KafkaJob {

    private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);

    /** The keys of a classify job's file. */
    private static final List<Option<?>> OPTIONS =
            Stream.concat(JobOptions.ALL.stream(), EventOptions.ALL.stream()).toList();

    /** The input: {@code topics}, or where that is empty {@code topicPattern}. */
    public record Source(
            List<String> bootstrapServers,
            List<String> topics,
            Optional<Pattern> topicPattern,
            String group,
            StartingOffsets startingOffsets,
            Optional<Integer> parallelism,
            Map<String, String> properties) {

        /** Without the values of the properties, which hold passwords. */
        @Override
        public String toString() {
            return "Source[" + (topicPattern.isPresent() ? "topics like " + topicPattern.get() : "topics " + topics)
                    + " of " + bootstrapServers + ", properties " + properties.keySet() + "]";
        }

        /** Whether a topic is one of the input. */
        public boolean reads(String topic) {
            return topics.contains(topic)
                    || topicPattern.filter(pattern -> pattern.matcher(topic).matches()).isPresent();
        }
    }

    /** The decode operator. */
    public record Decode(DecodeLimits limits, List<String> referencePrefixes, Optional<Integer> parallelism) {}

    /**
     * The classify operator.
     *
     * @param bundle the model's folder: an absolute path, or a URI
     * @param controlTopic where another model is chosen while the job runs; empty where none ever is
     */
    public record Model(
            String bundle,
            int topK,
            Optional<Integer> parallelism,
            boolean chained,
            DeviceKind device,
            Optional<String> controlTopic) {

        /** The folder, where it is one of this machine's that travels with the job. */
        public Optional<Path> localFolder() {
            return BundleLocation.isUri(bundle) ? Optional.empty() : Optional.of(Path.of(bundle));
        }
    }

    /** The output. */
    public record Sink(
            List<String> bootstrapServers,
            String topic,
            String deadLetterTopic,
            Guarantee guarantee,
            Duration transactionTimeout,
            Map<String, String> properties) {

        /** Without the values of the properties, which hold passwords. */
        @Override
        public String toString() {
            return "Sink[topics " + topic + " and " + deadLetterTopic + " of " + bootstrapServers + ", properties "
                    + properties.keySet() + "]";
        }
    }

    /**
     * Reads a job file.
     *
     * @param environment the variables that its values may refer to
     * @param overrides {@code path=value} each
     * @throws ConfigurationException with everything that is wrong in it
     */
    public static JobDefinition read(Path file, Map<String, String> environment, List<String> overrides) {
        Configuration configuration = ConfigurationReader.read(file, OPTIONS, environment, overrides);
        List<Problem> problems = problems(configuration);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        Source source = source(configuration);
        return new JobDefinition(
                configuration.get(JobOptions.NAME),
                configuration.find(JobOptions.PARALLELISM),
                configuration.get(JobOptions.CHECKPOINT_INTERVAL),
                configuration.get(JobOptions.MAX_IMAGE_BYTES),
                ageLimit(configuration),
                source,
                decode(configuration),
                guard(configuration, source),
                model(configuration, file.toAbsolutePath().getParent()),
                sink(configuration),
                configuration.find(EventOptions.TOPIC).map(topic -> EventSettings.of(configuration, topic)));
    }

    @Override
    public long largestValueBytes() {
        return maxImageBytes;
    }

    @Override
    public Optional<String> controlTopic() {
        return model.controlTopic();
    }

    @Override
    public List<String> outputTopics() {
        return Stream.concat(Stream.of(sink.topic()), events.map(EventSettings::topic).stream()).toList();
    }

    static Source source(Configuration configuration) {
        return new Source(
                configuration.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS),
                configuration.get(JobOptions.SOURCE_TOPICS),
                configuration.find(JobOptions.SOURCE_TOPIC_PATTERN).map(Pattern::compile),
                configuration.find(JobOptions.SOURCE_GROUP).orElse(configuration.get(JobOptions.NAME)),
                configuration.get(JobOptions.SOURCE_STARTING_OFFSETS),
                configuration.find(JobOptions.SOURCE_PARALLELISM),
                properties(configuration, JobOptions.SOURCE_PROPERTIES));
    }

    private static AgeLimit ageLimit(Configuration configuration) {
        return configuration.find(JobOptions.MAX_AGE)
                .map(most -> new AgeLimit(most, configuration.get(JobOptions.STALE_FRAMES)))
                .orElse(AgeLimit.NONE);
    }

    private static Decode decode(Configuration configuration) {
        return new Decode(
                new DecodeLimits(
                        configuration.get(JobOptions.MAX_IMAGE_BYTES),
                        configuration.get(JobOptions.DECODE_MAX_PIXELS),
                        configuration.get(JobOptions.DECODE_MAX_SIDE),
                        EnumSet.copyOf(configuration.get(JobOptions.DECODE_FORMATS)),
                        configuration.get(JobOptions.DECODE_TRUNCATED)),
                configuration.get(JobOptions.DECODE_REFERENCE_PREFIXES),
                configuration.find(JobOptions.DECODE_PARALLELISM));
    }

    private static GuardSettings guard(Configuration configuration, Source source) {
        return new GuardSettings(
                configuration.get(JobOptions.CRASH_GUARD_ENABLED),
                configuration.find(JobOptions.CRASH_GUARD_FOLDER)
                        .<NotesPlace>map(NotesPlace.Chosen::new)
                        .orElseGet(NotesPlace.TemporaryFiles::new),
                GuardSettings.jobOf(source.bootstrapServers(), source.group()),
                configuration.get(JobOptions.CRASH_GUARD_DEADLINE));
    }

    private static Model model(Configuration configuration, Path folder) {
        String bundle = configuration.get(JobOptions.MODEL_BUNDLE);
        return new Model(
                BundleLocation.isUri(bundle) ? bundle : folder.resolve(bundle).normalize().toString(),
                configuration.get(JobOptions.MODEL_TOP_K),
                configuration.find(JobOptions.MODEL_PARALLELISM),
                configuration.get(JobOptions.MODEL_CHAINED),
                configuration.get(JobOptions.MODEL_DEVICE),
                configuration.find(JobOptions.MODEL_CONTROL_TOPIC));
    }

    static Sink sink(Configuration configuration) {
        List<String> bootstrapServers = configuration.get(JobOptions.SINK_BOOTSTRAP_SERVERS);
        return new Sink(
                bootstrapServers.isEmpty()
                        ? configuration.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)
                        : bootstrapServers,
                configuration.get(JobOptions.SINK_TOPIC),
                configuration.get(JobOptions.DEAD_LETTERS_TOPIC),
                configuration.get(JobOptions.SINK_GUARANTEE),
                configuration.get(JobOptions.SINK_TRANSACTION_TIMEOUT),
                properties(configuration, JobOptions.SINK_PROPERTIES));
    }

    /** The properties of one end, before those that all clients share. */
    private static Map<String, String> properties(Configuration configuration, Option<Map<String, String>> own) {
        Map<String, String> all = new HashMap<>(configuration.get(JobOptions.KAFKA_PROPERTIES));
        all.putAll(configuration.get(own));
        return Map.copyOf(all);
    }

    /** What is wrong although each value alone is right. */
    private static List<Problem> problems(Configuration configuration) {
        List<Problem> problems = new ArrayList<>();
        checkKafka(configuration, problems);
        checkFurtherTopic(configuration, JobOptions.MODEL_CONTROL_TOPIC, "choices of models", problems);
        checkEvents(configuration, problems);
        checkAge(configuration, problems);
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
        for (Option<Map<String, String>> option : List.of(
                JobOptions.KAFKA_PROPERTIES, JobOptions.SOURCE_PROPERTIES, JobOptions.SINK_PROPERTIES)) {
            ClientProperties.problem(configuration.get(option))
                    .ifPresent(problem -> problems.add(configuration.problem(option, problem)));
        }
        checkTimes(configuration, problems);
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
        if (configuration.isSet(JobOptions.STALE_FRAMES) && configuration.find(JobOptions.MAX_AGE).isEmpty()) {
            problems.add(configuration.problem(
                    JobOptions.STALE_FRAMES, "is set, but without max-age no frame is stale"));
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
        if (!topic.matches("[A-Za-z0-9._-]{1,249}")) {
            problems.add(configuration.problem(option, "must be a Kafka topic's name of letters, digits, dots,"
                    + " underscores and dashes, not '" + topic + "'"));
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
