package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.Configuration;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.Problem;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.operator.AgeLimit;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.operator.DeviceKind;
import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import io.flinkvision.job.pipeline.JobOptions.StartingOffsets;
import io.flinkvision.job.record.ValueEncoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a job file says, checked: {@link JobOptions} explains each value.
 *
 * @param name the job's name
 * @param parallelism of every operator that sets none of its own; empty for the cluster's
 * @param checkpointInterval between checkpoints
 * @param maxImageBytes the largest picture
 * @param ageLimit which frames are too old to be decoded
 * @param skipUnchanged which frames take over labels; empty where all are classified
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
        Optional<ReuseRule> skipUnchanged,
        Source source,
        Decode decode,
        GuardSettings guard,
        Model model,
        Sink sink,
        Optional<EventSettings> events) implements KafkaJob {

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
    public record Decode(
            ValueEncoding value,
            DecodeLimits limits,
            Reduction reduction,
            List<String> referencePrefixes,
            Optional<Integer> parallelism) {}

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
        List<Problem> problems = JobFileChecks.problems(configuration);
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
                skipUnchanged(configuration),
                source,
                decode(configuration),
                guard(configuration, source),
                model(configuration, file.toAbsolutePath().getParent()),
                sink(configuration),
                configuration.find(EventOptions.TOPIC).map(topic -> EventSettings.of(configuration, topic)));
    }

    @Override
    public long largestValueBytes() {
        return decode.value().maxValueBytes(maxImageBytes);
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
                .map(AgeLimit::new)
                .orElse(AgeLimit.NONE);
    }

    private static Optional<ReuseRule> skipUnchanged(Configuration configuration) {
        return configuration.find(JobOptions.SKIP_UNCHANGED_THRESHOLD).map(threshold ->
                new ReuseRule(threshold, configuration.get(JobOptions.SKIP_UNCHANGED_AT_LEAST_EVERY)));
    }

    private static Decode decode(Configuration configuration) {
        return new Decode(
                configuration.get(JobOptions.SOURCE_VALUE),
                new DecodeLimits(
                        configuration.get(JobOptions.MAX_IMAGE_BYTES),
                        configuration.get(JobOptions.DECODE_MAX_PIXELS),
                        configuration.get(JobOptions.DECODE_MAX_SIDE),
                        EnumSet.copyOf(configuration.get(JobOptions.DECODE_FORMATS)),
                        configuration.get(JobOptions.DECODE_TRUNCATED)),
                Reduction.of(configuration.get(JobOptions.DECODE_REDUCED)),
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
    static Map<String, String> properties(Configuration configuration, Option<Map<String, String>> own) {
        Map<String, String> all = new HashMap<>(configuration.get(JobOptions.KAFKA_PROPERTIES));
        all.putAll(configuration.get(own));
        return Map.copyOf(all);
    }
}
