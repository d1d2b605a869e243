package io.flinkvision.job.pipeline;

import static io.flinkvision.core.configuration.OptionType.duration;
import static io.flinkvision.core.configuration.OptionType.listOf;
import static io.flinkvision.core.configuration.OptionType.memorySize;
import static io.flinkvision.core.configuration.OptionType.nonEmptyListOf;
import static io.flinkvision.core.configuration.OptionType.number;
import static io.flinkvision.core.configuration.OptionType.oneOf;
import static io.flinkvision.core.configuration.OptionType.text;
import static io.flinkvision.core.configuration.OptionType.truth;
import static io.flinkvision.core.configuration.OptionType.wholeNumber;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType.Properties;
import io.flinkvision.core.configuration.OptionType.Scalar;
import io.flinkvision.core.configuration.OptionType.SectionsOf;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.job.event.HealthRules;
import io.flinkvision.job.format.RecordFormat;
import io.flinkvision.job.kafka.TopicNames;
import io.flinkvision.job.operator.DeviceKind;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.region.WholePicture;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The options of the job files, in the order of the documentation. Whoever adds one declares it here and calls
 * {@link KafkaJob#get} or {@link KafkaJob#find} where it is used.
 */
public final class JobOptions {

    /** Where a job without a checkpoint or savepoint starts to read. */
    public enum StartingOffsets { COMMITTED, EARLIEST, LATEST }

    public enum Guarantee { AT_LEAST_ONCE, EXACTLY_ONCE }

    private static final List<Option<?>> DECLARED_FOR_CLASSIFY = new ArrayList<>();
    private static final List<Option<?>> DECLARED_FOR_EVENTS = new ArrayList<>();
    private static final List<Option<?>> DECLARED_FOR_CAMERAS = new ArrayList<>();

    /** The options of a classify job's file. */
    public static final List<Option<?>> CLASSIFY = Collections.unmodifiableList(DECLARED_FOR_CLASSIFY);

    /** The options of an events job's file. */
    public static final List<Option<?>> EVENTS = Collections.unmodifiableList(DECLARED_FOR_EVENTS);

    /** The options of a cameras job's file. */
    public static final List<Option<?>> CAMERAS = Collections.unmodifiableList(DECLARED_FOR_CAMERAS);

    /** Flink's own limit. */
    private static final Scalar<Integer> SUBTASKS = wholeNumber(1, 32_768);

    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private static final Scalar<String> TOPIC_NAME = text().that(TopicNames::isValid, TopicNames.REQUIRED);

    public static final Option<String> NAME = allJobs(Option.withDefault("name", text(), "flink-vision",
            "The job's name in Flink; the prefix of its Kafka transactions."));

    public static final Option<Integer> PARALLELISM = allJobs(Option.optional("parallelism", SUBTASKS,
            "Parallel subtasks of every operator. If it is absent, that of `flink run -p` or of the cluster."));

    public static final Option<Duration> CHECKPOINT_INTERVAL = allJobs(Option.withDefault("checkpoint-interval",
            duration(Duration.ofMillis(10)), Duration.ofSeconds(10),
            "The time between checkpoints, which save the position in the input. With `exactly-once`, output becomes"
                    + " visible at this interval."));

    public static final Option<Long> MAX_IMAGE_BYTES = pictureJobs(Option.withDefault("max-image-bytes",
            memorySize().that(bytes -> bytes <= KafkaClients.MAX_IMAGE_BYTES,
                    "must be at most 1 GiB, the limit of Kafka's clients"),
            4L << 20,
            "The maximum size of an encoded picture; larger ones become dead letters, and those of a camera are dropped."
                    + " The Kafka clients' limits follow it."));

    public static final Option<Duration> MAX_AGE = classifyJob(Option.optional("max-age",
            duration().that(age -> age.compareTo(MILLISECOND) >= 0,
                    "must be at least 1 ms (leave it out to decode frames of any age)"),
            "The maximum age of a frame when it reaches the decoder, by the earlier of its `capture-time` and its"
                    + " record's timestamp; an older one becomes a dead letter, `STALE`. If it is absent, frames of any"
                    + " age are decoded."));

    public static final Option<Integer> SKIP_UNCHANGED_THRESHOLD = classifyJob(Option.optional(
            "skip-unchanged.threshold", wholeNumber(1, 255),
            "A frame that differs by less from the last classified frame of its camera (the record's key) reuses that"
                    + " frame's labels, and if it is a JPEG it is not even decoded: grey levels of 256, in each cell of"
                    + " a grid of 16 x 16 over what the network sees (docs/skip-unchanged.md). If it is absent, every"
                    + " frame is classified."));

    public static final Option<Duration> SKIP_UNCHANGED_AT_LEAST_EVERY = classifyJob(Option.withDefault(
            "skip-unchanged.at-least-every", duration(MILLISECOND), Duration.ofSeconds(10),
            "The maximum age of reused labels, by the frames' times and by the clock: each camera is classified at"
                    + " least this often, and forgotten after this time without a frame.")
            .onlyWith(SKIP_UNCHANGED_THRESHOLD, "every frame is classified"));

    public static final Option<Map<String, String>> KAFKA_PROPERTIES = allJobs(Option.withDefault("kafka.properties",
            new Properties(), Map.of(),
            "Properties of all Kafka clients of the job and of the commands, above all for the login (SECURITY.md).")
            .checkedBy(KafkaChecks::properties));

    public static final Option<List<String>> SOURCE_BOOTSTRAP_SERVERS = allJobs(Option.required(
            "source.bootstrap-servers", nonEmptyListOf(text()), "Addresses of the Kafka brokers, each `host:port`."));

    public static final Option<List<String>> SOURCE_TOPICS = bothJobs(Option.withDefault("source.topics",
            listOf(TOPIC_NAME), List.of(), "The input topics. Pictures come from one of these, `source.topic-pattern`,"
                    + " `source.cameras` and `source.cameras-topic`.")
            .checkedBy(KafkaChecks::inputTopics));

    public static final Option<Pattern> SOURCE_TOPIC_PATTERN = bothJobs(Option.optional("source.topic-pattern",
            new Scalar<>("regular expression", JobOptions::pattern, Pattern::pattern),
            "A regular expression for the input topics; new topics are found while the job runs."));

    public static final Option<String> SOURCE_CAMERAS = pictureJobs(Option.optional("source.cameras", text(),
            "A file of cameras that the job reads itself, relative to the job file; it is shipped with the job"
                    + " (docs/cameras.md)."));

    public static final Option<String> SOURCE_CAMERAS_TOPIC = pictureJobs(Option.optional("source.cameras-topic",
            TOPIC_NAME,
            "A compacted topic, whose records declare the cameras that the job reads itself; they come and go while the"
                    + " job runs (docs/cameras.md).")
            .checkedBy(KafkaChecks::ownTopic));

    public static final Option<String> SOURCE_GROUP = bothJobs(Option.sameAs(NAME, "source.group",
            "The consumer group, whose offsets show the job's progress.").warnedBy(KafkaChecks::onlyForTopics));

    public static final Option<StartingOffsets> SOURCE_STARTING_OFFSETS = bothJobs(Option.withDefault(
            "source.starting-offsets", oneOf(StartingOffsets.class), StartingOffsets.COMMITTED,
            "Where a new job starts: at the group's `committed` offsets (at the earliest record if there are none), at"
                    + " the `earliest` or at the `latest` record.")
            .warnedBy(KafkaChecks::startingOffsets)
            .warnedBy(KafkaChecks::onlyForTopics));

    public static final Option<Integer> SOURCE_PARALLELISM = bothJobs(Option.optional("source.parallelism", SUBTASKS,
            "Parallel consumers, or readers of cameras, if not `parallelism`."));

    public static final Option<Map<String, String>> SOURCE_PROPERTIES = allJobs(Option.withDefault(
            "source.properties", new Properties(), Map.of(),
            "Properties of the Kafka consumers; they override `kafka.properties`.")
            .checkedBy(KafkaChecks::properties));

    public static final Option<ValueEncoding> SOURCE_VALUE = classifyJob(Option.withDefault("source.value",
            new Scalar<>(ValueEncoding.FORMS, ValueEncoding::of, ValueEncoding::toString), new ValueEncoding.Bytes(),
            "The encoding of the values: the picture's own `bytes`; `base64` text or a data URL; or JSON with such text"
                    + " at a JSON pointer (`json:/image/data`).")
            .warnedBy(KafkaChecks::onlyForTopics));

    public static final Option<Integer> DECODE_MAX_PIXELS = classifyJob(Option.withDefault("decode.max-pixels",
            wholeNumber(1, Integer.MAX_VALUE), (int) DecodeLimits.DEFAULTS.maxPixels(),
            "The maximum number of pixels of a picture; decoding takes up to 12 bytes of native memory per pixel."));

    public static final Option<Integer> DECODE_MAX_SIDE = classifyJob(Option.withDefault("decode.max-side",
            wholeNumber(1, 1 << 20), DecodeLimits.DEFAULTS.maxSide(), "The maximum width and height in pixels."));

    public static final Option<List<ImageFormat>> DECODE_FORMATS = classifyJob(Option.withDefault("decode.formats",
            nonEmptyListOf(oneOf(ImageFormat.class)), ImageFormat.DEFAULTS.stream().sorted().toList(),
            "The formats that are decoded; a picture of another one becomes a dead letter. Of an animated `webp` or"
                    + " `gif` the first frame is decoded."));

    public static final Option<Truncation> DECODE_TRUNCATED = classifyJob(Option.withDefault("decode.truncated",
            oneOf(Truncation.class), Truncation.REFUSE,
            "A JPEG without an end marker becomes a dead letter (`refuse`) or is decoded as far as it goes (`accept`),"
                    + " for cameras that omit the marker."));

    public static final Option<Reduction> DECODE_REDUCED = classifyJob(Option.withDefault("decode.reduced",
            new Scalar<>(Reduction.SETTINGS, Reduction::of, Reduction::toString), Reduction.DEFAULT,
            "Whether a JPEG that is much larger than the network's input is decoded at a half, a quarter or an eighth of"
                    + " its size, which is faster, but gives a few pictures another label (docs/levers.md): where twice"
                    + " the needed pixels remain (`auto`), 1.4 times (`true`), or never (`false`)."));

    public static final Option<Boolean> DECODE_VIEW_STATISTICS = classifyJob(Option.withDefault(
            "decode.view-statistics", truth(), false,
            "Measures brightness, contrast, detail and a fingerprint of each whole picture, and adds them to its labels"
                    + " (`view`), from which events tell that a camera is dark, covered, frozen or moved"
                    + " (docs/camera-health.md)."));

    public static final Option<List<String>> DECODE_REFERENCE_PREFIXES = classifyJob(Option.withDefault(
            "decode.reference-prefixes",
            listOf(text().that(JobOptions::isAbsoluteUri, "must hold absolute URIs such as s3://bucket/folder/")),
            List.of(),
            "Absolute URIs of the folders that `text/uri-list` records may refer to; no others are read.")
            .warnedBy(KafkaChecks::onlyForTopics));

    public static final Option<Integer> DECODE_PARALLELISM = classifyJob(Option.optional("decode.parallelism",
            SUBTASKS, "Parallel decoders, if not `parallelism`."));

    public static final Option<Boolean> CRASH_GUARD_ENABLED = classifyJob(Option.withDefault("crash-guard.enabled",
            truth(), true,
            "A record that was being decoded or classified at two deaths of a TaskManager's process becomes a dead"
                    + " letter (`CRASHED_DECODER`) instead of killing the next process."));

    public static final Option<String> CRASH_GUARD_FOLDER = classifyJob(Option.optional("crash-guard.folder",
            // A path of the TaskManagers' system, which may be another one than the client's.
            text().that(folder -> folder.startsWith("/") || Path.of(folder).isAbsolute(),
                    "must be an absolute path on the TaskManagers"),
            "The folder in which the TaskManagers note the records in flight: an absolute path that outlives a"
                    + " TaskManager, on Kubernetes one of a shared volume. If it is absent,"
                    + " `flink-vision-notes-USER` below `java.io.tmpdir`."));

    public static final Option<Duration> CRASH_GUARD_DEADLINE = classifyJob(Option.withDefault("crash-guard.deadline",
            // A shorter one would end healthy processes at a large picture or at the first one.
            duration().that(deadline -> deadline.isZero() || deadline.compareTo(Duration.ofSeconds(1)) >= 0,
                    "must be at least 1 s, or 0 s for no deadline"),
            Duration.ofSeconds(60),
            "The maximum time to decode or classify a picture. Native code cannot be interrupted, so the TaskManager's"
                    + " process ends, with all that it runs, and the picture becomes a dead letter (`TOO_SLOW`). `0 s`:"
                    + " no deadline."));

    public static final Option<String> MODEL_BUNDLE = classifyJob(Option.required("model.bundle",
            new Scalar<>("text", text().parser(), JobOptions::withoutPassword),
            "The model's folder: a path relative to the job file, which is shipped with the job; or a URI that the"
                    + " TaskManagers can read."));

    public static final Option<Integer> MODEL_TOP_K = classifyJob(Option.withDefault("model.top-k",
            wholeNumber(1, 1_000_000), 5, "The maximum number of labels per picture."));

    public static final Option<Integer> MODEL_PARALLELISM = classifyJob(Option.optional("model.parallelism", SUBTASKS,
            "Parallel networks, if not `parallelism`; each has its own copy of the weights in memory."));

    public static final Option<DeviceKind> MODEL_DEVICE = classifyJob(Option.withDefault("model.device",
            oneOf(DeviceKind.class), DeviceKind.CPU,
            "The device that runs the networks: `cpu`, or `cuda` for a GPU of each TaskManager (docs/scaling.md)."));

    public static final Option<String> MODEL_CONTROL_TOPIC = classifyJob(Option.optional("model.control-topic",
            TOPIC_NAME,
            "A compacted topic with one partition, whose latest record chooses the model while the job runs; see"
                    + " `bin/vision model publish`. With it the network runs in a thread of its own.")
            .checkedBy(KafkaChecks::ownTopic));

    public static final Option<String> MODEL_COMPARISONS_TOPIC = classifyJob(Option.optional("model.comparisons-topic",
            TOPIC_NAME,
            "The topic of the comparison between the model and a shadow, which classifies a sample of the pictures once"
                    + " more (`bin/vision model publish --shadow`). Not with regions.")
            .checkedBy(KafkaChecks::ownTopic)
            .checkedBy((option, topic, values) -> hasRegions(values)
                    ? List.of("is set, and so are regions, but a shadow compares whole pictures; keep one of them")
                    : List.of())
            .onlyWith(MODEL_CONTROL_TOPIC, "nobody can choose a shadow"));

    public static final Option<String> MODEL_HEADS_TOPIC = classifyJob(Option.optional("model.heads-topic", TOPIC_NAME,
            "A compacted topic, whose records declare regions of cameras and the heads that answer there, while the job"
                    + " runs; see `bin/vision head publish`. A record takes the place of the region of `regions` that"
                    + " has its key. Not with `model.control-topic`.")
            .checkedBy(KafkaChecks::ownTopic)
            .checkedBy((option, topic, values) -> withoutControlTopic("is set", values)));

    public static final Option<List<OptionValues>> REGIONS = classifyJob(Option.withDefault("regions",
            new SectionsOf(RegionOptions.ALL), List.of(),
            "Regions of the cameras' pictures, each with labels of its own; their keys are below.")
            .checkedBy((option, regions, values) -> RegionOptions.problems(regions))
            .checkedBy((option, regions, values) -> RegionOptions.haveHeads(regions)
                    ? withoutControlTopic("has heads", values)
                    : List.of())
            .warnedBy(RegionOptions::longPauses));

    public static final Option<WholePicture> MODEL_WHOLE_PICTURE = classifyJob(Option.withDefault("model.whole-picture",
            oneOf(WholePicture.class), WholePicture.ALWAYS,
            "Which pictures are classified whole, beside their regions: `always` all, `without-regions` those of cameras"
                    + " without regions, `never` none.")
            .checkedBy((option, whole, values) -> whole == WholePicture.NEVER && !hasRegions(values)
                    ? List.of("is never, but without regions and model.heads-topic nothing would be classified")
                    : List.of()));

    public static final Option<String> SINK_TOPIC = allJobs(Option.required("sink.topic", TOPIC_NAME,
            "The topic of the labels, of the events of an events job, or of the pictures of a cameras job.")
            .checkedBy(KafkaChecks::ownTopic));

    public static final Option<List<String>> SINK_BOOTSTRAP_SERVERS = allJobs(Option.sameAs(SOURCE_BOOTSTRAP_SERVERS,
            "sink.bootstrap-servers", "The brokers of the output topics."));

    public static final Option<Guarantee> SINK_GUARANTEE = bothJobs(Option.withDefault("sink.guarantee",
            oneOf(Guarantee.class), Guarantee.AT_LEAST_ONCE,
            "`at-least-once`: after a failure some records are repeated, with the same `id`; `exactly-once`: in Kafka"
                    + " transactions, for consumers that read committed records."));

    public static final Option<Duration> SINK_TRANSACTION_TIMEOUT = bothJobs(Option.withDefault(
            "sink.transaction-timeout",
            duration().that(timeout -> timeout.compareTo(Duration.ofSeconds(1)) >= 0
                    && timeout.toMillis() <= Integer.MAX_VALUE, "must be from 1 s to 24 d"),
            Duration.ofMinutes(15),
            "How long a transaction may stay open, at most the broker's `transaction.max.timeout.ms`. A checkpoint that"
                    + " takes longer than about a third of it fails the job without loss (`exactly-once` only).")
            .checkedBy(KafkaChecks::transactionTimeout)
            .warnedBy(KafkaChecks::shortTransactions));

    public static final Option<Map<String, String>> SINK_PROPERTIES = allJobs(Option.withDefault("sink.properties",
            new Properties(), Map.of(), "Properties of the Kafka producers; they override `kafka.properties`.")
            .checkedBy(KafkaChecks::properties)
            .warnedBy(KafkaChecks::acknowledgements)
            .warnedBy(KafkaChecks::requestSize));

    public static final Option<RecordFormat> SINK_FORMAT = bothJobs(Option.withDefault("sink.format",
            oneOf(RecordFormat.class), RecordFormat.JSON,
            "The format of labels and events: `json`, or `avro` or `protobuf` with a schema in a schema registry"
                    + " (docs/records.md#formats). Dead letters, states and pictures have one form only.")
            .checkedBy(SinkFormat::needsRegistry));

    public static final Option<URI> SCHEMA_REGISTRY_URL = bothJobs(Option.optional("sink.schema-registry.url",
            new Scalar<>("address", SinkFormat::address, URI::toString),
            "The schema registry, such as `http://registry:8081`. The job's schemas are registered as `TOPIC-value`"
                    + " when it is submitted, from where that is done.")
            .warnedBy(SinkFormat::unusedRegistry));

    public static final Option<Map<String, String>> SCHEMA_REGISTRY_PROPERTIES = bothJobs(Option.withDefault(
            "sink.schema-registry.properties", new Properties(), Map.of(),
            "The login: `basic.auth.user.info` (`USER:PASSWORD`) or `bearer.auth.token`, and the `ssl.*` of Kafka's"
                    + " clients.")
            .onlyWith(SCHEMA_REGISTRY_URL, "there is no registry to log in to")
            .checkedBy(SinkFormat::properties)
            .warnedBy(SinkFormat::clearText));

    public static final Option<String> DEAD_LETTERS_TOPIC = bothJobs(Option.required("dead-letters.topic", TOPIC_NAME,
            "The topic of the records without labels, each with the reason.").checkedBy(KafkaChecks::ownTopic));

    public static final Option<String> PICTURES_TOPIC = classifyJob(Option.optional("pictures.topic", TOPIC_NAME,
            "The topic that gets a labelled picture of each camera now and then, as JPEG under the camera's key, for"
                    + " `bin/vision wall`: a job that reads cameras has no other pictures in Kafka. Pictures take much"
                    + " room, so give the topic a `retention.ms` of hours.")
            .checkedBy(KafkaChecks::ownTopic)
            .checkedBy((option, topic, values) -> readsCameras(values)
                    ? List.of()
                    : List.of("is set, but the job reads no cameras, so its pictures are on a topic already")));

    public static final Option<Duration> PICTURES_EVERY = pictures(Option.withDefault("pictures.every",
            duration(MILLISECOND), Duration.ofSeconds(5), "How far apart a camera's pictures are."));

    public static final Option<Boolean> PICTURES_ON_CHANGE = pictures(Option.withDefault("pictures.on-change",
            truth(), true,
            "Sends a picture also when a camera's top label, or the label of a region, is another one than in the last"
                    + " picture, at most one a second."));

    public static final Option<Integer> PICTURES_QUALITY = pictures(Option.withDefault("pictures.quality",
            wholeNumber(1, 100), 90,
            "The JPEG quality of pictures that the camera does not send as files."));

    public static final Option<String> EVENTS_TOPIC = classifyJob(Option.optional("events.topic", TOPIC_NAME,
            "The topic of the events in the file of a classify job, which finds events only if it is set. An events job"
                    + " has `sink.topic` instead.")
            .checkedBy(KafkaChecks::ownTopic));

    public static final Option<String> EVENTS_STATES_TOPIC = events(Option.optional("events.states-topic", TOPIC_NAME,
            "A compacted topic with the state of each camera and region now, under the events' key: its label, since"
                    + " when, online or offline. Whoever starts to read it knows all of them at once"
                    + " (`bin/vision watch --states`). If it is absent, no states are written.")
            .checkedBy(KafkaChecks::ownTopic));

    public static final Option<Duration> EVENTS_HALF_LIFE = events(Option.withDefault("events.half-life",
            duration(MILLISECOND), Duration.ofSeconds(1),
            "Scores are averaged over time, with weights that halve with each half-life of a frame's age."));

    public static final Option<Double> EVENTS_ENTER = events(Option.withDefault("events.enter",
            number().that(score -> score > 0 && score <= 1, "must be above 0 and at most 1"), 0.6,
            "A camera starts to show a label when the label's average score reaches this."));

    public static final Option<Double> EVENTS_LEAVE = events(Option.withDefault("events.leave",
            number().that(score -> score >= 0, "must be at least 0"), 0.4,
            "It stops to show it when the average score falls below this; at most `events.enter`.")
            .checkedBy((option, leave, values) -> leave <= values.get(EVENTS_ENTER)
                    ? List.of()
                    : List.of("must be at most events.enter, which is " + values.get(EVENTS_ENTER)
                            + ", not " + leave)));

    public static final Option<Duration> EVENTS_MINIMUM_DURATION = events(Option.withDefault("events.minimum-duration",
            duration(), Duration.ofSeconds(2),
            "How long a label must stay to be reported, and must be away for its end to be."));

    public static final Option<Duration> EVENTS_OFFLINE_AFTER = events(Option.withDefault("events.offline-after",
            duration(MILLISECOND), Duration.ofSeconds(30),
            "A camera without a frame for this long is offline, and the label that it showed has ended."));

    public static final Option<Duration> EVENTS_OUT_OF_ORDERNESS = events(Option.withDefault(
            "events.out-of-orderness", duration(), Duration.ofSeconds(1),
            "How much later than a newer frame a frame may arrive and still be put in order; events are delayed by"
                    + " this."));

    public static final Option<Duration> EVENTS_IDLE_AFTER = events(Option.withDefault("events.idle-after",
            duration(MILLISECOND), Duration.ofSeconds(5),
            "Source idleness timeout: a reader without records for this long does not hold back event time."));

    public static final Option<Duration> EVENTS_FORGET_AFTER = events(Option.withDefault("events.forget-after",
            duration(), Duration.ofDays(7),
            "The state of a camera is deleted after this time without a frame; at least twice `events.offline-after`.")
            .checkedBy((option, time, values) ->
                    time.compareTo(values.get(EVENTS_OFFLINE_AFTER).multipliedBy(2)) >= 0
                            ? List.of()
                            : List.of("must be at least twice events.offline-after: a camera without state cannot go"
                                    + " offline")));

    public static final Option<Duration> EVENTS_TROUBLE_AFTER = events(Option.withDefault("events.trouble-after",
            duration(MILLISECOND), HealthRules.DEFAULTS.troubleAfter(),
            "How long a camera must be dark, covered or moved to be reported, and no longer be for the end to be; at"
                    + " least twice the time between two pictures. Only with `decode.view-statistics`."));

    public static final Option<Duration> EVENTS_FROZEN_AFTER = events(Option.withDefault("events.frozen-after",
            duration(MILLISECOND), HealthRules.DEFAULTS.frozenAfter(),
            "A camera that shows the same picture for this long is frozen. Only with `decode.view-statistics`."));

    private JobOptions() {}

    private static <T> Option<T> classifyJob(Option<T> option) {
        DECLARED_FOR_CLASSIFY.add(option);
        return option;
    }

    /** Those whose pictures may come from cameras. */
    private static <T> Option<T> pictureJobs(Option<T> option) {
        DECLARED_FOR_CAMERAS.add(option);
        return classifyJob(option);
    }

    private static <T> Option<T> allJobs(Option<T> option) {
        DECLARED_FOR_CAMERAS.add(option);
        return bothJobs(option);
    }

    private static <T> Option<T> bothJobs(Option<T> option) {
        DECLARED_FOR_EVENTS.add(option);
        return classifyJob(option);
    }

    private static <T> Option<T> pictures(Option<T> option) {
        return classifyJob(option.onlyWith(PICTURES_TOPIC, "this job sends no pictures"));
    }

    private static <T> Option<T> events(Option<T> option) {
        return bothJobs(option.onlyWith(EVENTS_TOPIC, "this job finds no events"));
    }

    /** Whether a job reads cameras itself, and no topic of pictures. */
    static boolean readsCameras(OptionValues values) {
        return values.isSet(SOURCE_CAMERAS) || values.isSet(SOURCE_CAMERAS_TOPIC);
    }

    /** Whether the pictures of a job may have regions. */
    static boolean hasRegions(OptionValues values) {
        return !values.get(REGIONS).isEmpty() || values.isSet(MODEL_HEADS_TOPIC);
    }

    private static List<String> withoutControlTopic(String what, OptionValues values) {
        return values.isSet(MODEL_CONTROL_TOPIC)
                ? List.of(what + ", and so is model.control-topic, but a head answers only on the network that it was"
                        + " taught on, and that topic changes the network; keep one of them")
                : List.of();
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text().parser().apply(text));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("is not a regular expression: " + e.getDescription() + " at character "
                    + (e.getIndex() + 1), e);
        }
    }

    private static boolean isAbsoluteUri(String text) {
        try {
            URI uri = URI.create(text);
            return uri.isAbsolute() && uri.getPath() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A URI may have a user and a password before its host. */
    private static String withoutPassword(String bundle) {
        return bundle.replaceFirst("//[^/@]*@", "//***@");
    }
}
