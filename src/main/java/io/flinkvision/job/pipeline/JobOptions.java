package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.configuration.OptionType.ListOf;
import io.flinkvision.core.configuration.OptionType.Properties;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.job.operator.DeviceKind;
import io.flinkvision.job.record.ValueEncoding;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The keys of a job file. The tables of docs/job-file.md are generated from these constants. */
public final class JobOptions {

    /** Where a job starts to read that has no checkpoint or savepoint to go on from. */
    public enum StartingOffsets { COMMITTED, EARLIEST, LATEST }

    /** What a failure may do to the output. */
    public enum Guarantee { AT_LEAST_ONCE, EXACTLY_ONCE }

    private static final int MOST_SUBTASKS = 32_768;

    public static final Option<String> NAME = Option.withDefault("name", OptionType.text(), "flink-vision",
            "The job's name, which Flink shows; its Kafka group and transactions are named after it too.");

    public static final Option<Integer> PARALLELISM = Option.optional("parallelism",
            OptionType.wholeNumber(1, MOST_SUBTASKS),
            "Parallel instances of every operator. Where it is absent, what `flink run -p` or the cluster says.");

    public static final Option<Duration> CHECKPOINT_INTERVAL = Option.withDefault("checkpoint-interval",
            OptionType.duration(), Duration.ofSeconds(10),
            "How often the position in the input is saved. With `exactly-once` the output appears at this pace.");

    public static final Option<Long> MAX_IMAGE_BYTES = Option.withDefault("max-image-bytes", OptionType.memorySize(),
            4L << 20,
            "The largest picture, in bytes. The Kafka clients' limits follow it; larger ones are dead letters.");

    public static final Option<Duration> MAX_AGE = Option.optional("max-age", OptionType.duration(),
            "How old a frame may be when it reaches the decoder, by the earlier of its `capture-time` and its record's"
                    + " timestamp, against the clock of the machine that decodes. An older one is not"
                    + " decoded, but becomes a dead letter `STALE`. Where it is absent, frames of any age are decoded.");

    public static final Option<Integer> SKIP_UNCHANGED_THRESHOLD = Option.optional("skip-unchanged.threshold",
            OptionType.wholeNumber(1, 255),
            "Where it is set, a frame that differs by less from the last classified frame of its camera (its record's"
                    + " key) is not classified, but takes over that one's labels: grey levels of 256, in each cell of a"
                    + " grid of 16 x 16 over the network's input (docs/skip-unchanged.md). Where it is absent, every"
                    + " frame is classified.");

    public static final Option<Duration> SKIP_UNCHANGED_AT_LEAST_EVERY = Option.withDefault(
            "skip-unchanged.at-least-every", OptionType.duration(), Duration.ofSeconds(10),
            "How old labels may get that are taken over, by the frames' own times and by the clock: a camera is"
                    + " classified anew at least so often, and forgotten after this time.");

    public static final Option<Map<String, String>> KAFKA_PROPERTIES = Option.withDefault("kafka.properties",
            new Properties(), Map.of(),
            "Any property of all Kafka clients of the job and of the commands: how to log in, above all (SECURITY.md).");

    public static final Option<List<String>> SOURCE_BOOTSTRAP_SERVERS = Option.required("source.bootstrap-servers",
            new ListOf<>(OptionType.text()), "Addresses of the Kafka brokers, `host:port` each.");

    public static final Option<List<String>> SOURCE_TOPICS = Option.withDefault("source.topics",
            new ListOf<>(OptionType.text()), List.of(), "The input topics. Either these or `source.topic-pattern`.");

    public static final Option<String> SOURCE_TOPIC_PATTERN = Option.optional("source.topic-pattern",
            OptionType.text(), "A regular expression of input topics; new ones are found while the job runs.");

    public static final Option<String> SOURCE_GROUP = Option.optional("source.group", OptionType.text(),
            "The consumer group, whose offsets show the progress. Where it is absent, the job's name.");

    public static final Option<StartingOffsets> SOURCE_STARTING_OFFSETS = Option.withDefault(
            "source.starting-offsets", OptionType.oneOf(StartingOffsets.class), StartingOffsets.COMMITTED,
            "Where a new job starts: at the group's `committed` offsets (without any, at the earliest), at the"
                    + " `earliest`, or at the `latest` record.");

    public static final Option<Integer> SOURCE_PARALLELISM = Option.optional("source.parallelism",
            OptionType.wholeNumber(1, MOST_SUBTASKS), "Parallel consumers, where it differs from `parallelism`.");

    public static final Option<Map<String, String>> SOURCE_PROPERTIES = Option.withDefault("source.properties",
            new Properties(), Map.of(),
            "Any property of the Kafka consumer, before those of `kafka.properties`.");

    public static final Option<ValueEncoding> SOURCE_VALUE = Option.withDefault("source.value",
            new OptionType.Scalar<>(ValueEncoding.FORMS, ValueEncoding::of, ValueEncoding::toString),
            new ValueEncoding.Bytes(),
            "The form of the values: the picture's own `bytes`; `base64` text of them, or a data URL; or JSON with such"
                    + " text at a JSON pointer (`json:/image/data`).");

    public static final Option<Integer> DECODE_MAX_PIXELS = Option.withDefault("decode.max-pixels",
            OptionType.wholeNumber(1, Integer.MAX_VALUE), (int) DecodeLimits.DEFAULTS.maxPixels(),
            "The most pixels of a picture; each takes up to 12 bytes of native memory while it is decoded.");

    public static final Option<Integer> DECODE_MAX_SIDE = Option.withDefault("decode.max-side",
            OptionType.wholeNumber(1, 1 << 20), DecodeLimits.DEFAULTS.maxSide(), "The most pixels of a side.");

    public static final Option<List<ImageFormat>> DECODE_FORMATS = Option.withDefault("decode.formats",
            new ListOf<>(OptionType.oneOf(ImageFormat.class)), ImageFormat.DEFAULTS.stream().sorted().toList(),
            "The formats that are decoded; a picture of another one is a dead letter. Of an animated `webp` and of a"
                    + " `gif`, the first frame is the picture.");

    public static final Option<Truncation> DECODE_TRUNCATED = Option.withDefault("decode.truncated",
            OptionType.oneOf(Truncation.class), Truncation.REFUSE,
            "Whether a JPEG without an end marker is a dead letter (`refuse`) or decoded as far as it goes (`accept`),"
                    + " for cameras that leave the marker out.");

    public static final Option<Boolean> DECODE_REDUCED = Option.withDefault("decode.reduced",
            OptionType.truth(), false,
            "Whether a JPEG that is much larger than the network's input is decoded at a half, a quarter or an eighth"
                    + " of its size: a large part of the work falls away, and a few pictures of a hundred get another"
                    + " label (docs/levers.md).");

    public static final Option<List<String>> DECODE_REFERENCE_PREFIXES = Option.withDefault(
            "decode.reference-prefixes", new ListOf<>(OptionType.text()), List.of(),
            "Absolute URIs of folders that `text/uri-list` records may refer into; without any, none may.");

    public static final Option<Integer> DECODE_PARALLELISM = Option.optional("decode.parallelism",
            OptionType.wholeNumber(1, MOST_SUBTASKS), "Parallel decoders, where it differs from `parallelism`.");

    public static final Option<Boolean> CRASH_GUARD_ENABLED = Option.withDefault("crash-guard.enabled",
            OptionType.truth(), true,
            "Whether a record that was in hand at two deaths of a TaskManager's process becomes a dead letter"
                    + " (`CRASHED_DECODER`) instead of killing the next one.");

    public static final Option<String> CRASH_GUARD_FOLDER = Option.optional("crash-guard.folder", OptionType.text(),
            "Where the TaskManagers note which records they have in hand: an absolute path of a folder that outlives a"
                    + " TaskManager, on Kubernetes one of a shared volume. Where it is absent,"
                    + " `flink-vision-notes-USER` below `java.io.tmpdir`.");

    public static final Option<Duration> CRASH_GUARD_DEADLINE = Option.withDefault("crash-guard.deadline",
            OptionType.duration(), Duration.ofSeconds(60),
            "How long decoding or classifying a picture may take. Native code cannot be interrupted, so the"
                    + " TaskManager's process then ends, with all that it runs, and the picture becomes a dead letter"
                    + " (`TOO_SLOW`). `0 s` for no deadline.");

    public static final Option<String> MODEL_BUNDLE = Option.required("model.bundle", OptionType.text(),
            "The model's folder: a path, taken from the job file's folder, which travels with the job; or a URI"
                    + " that the TaskManagers can read.");

    public static final Option<Integer> MODEL_TOP_K = Option.withDefault("model.top-k",
            OptionType.wholeNumber(1, 1_000_000), 5, "How many labels a picture gets at the most.");

    public static final Option<Integer> MODEL_PARALLELISM = Option.optional("model.parallelism",
            OptionType.wholeNumber(1, MOST_SUBTASKS),
            "Parallel networks, where it differs from `parallelism`; each holds the weights in memory.");

    public static final Option<DeviceKind> MODEL_DEVICE = Option.withDefault("model.device",
            OptionType.oneOf(DeviceKind.class), DeviceKind.CPU,
            "What runs the networks: `cpu`, or `cuda` for a GPU of each TaskManager (docs/scaling.md).");

    public static final Option<String> MODEL_CONTROL_TOPIC = Option.optional("model.control-topic", OptionType.text(),
            "A compacted topic of one partition, whose latest record says which model to use while the job runs; see"
                    + " `bin/vision model publish`. With it the network runs in a thread of its own.");

    public static final Option<String> SINK_TOPIC =
            Option.required("sink.topic", OptionType.text(), "The topic of the labels.");

    public static final Option<List<String>> SINK_BOOTSTRAP_SERVERS = Option.withDefault("sink.bootstrap-servers",
            new ListOf<>(OptionType.text()), List.of(),
            "The brokers of both output topics, where they are not the source's.");

    public static final Option<Guarantee> SINK_GUARANTEE = Option.withDefault("sink.guarantee",
            OptionType.oneOf(Guarantee.class), Guarantee.AT_LEAST_ONCE,
            "`at-least-once`: after a failure some records come twice, with the same `id`; `exactly-once`: in Kafka"
                    + " transactions, for consumers that read committed records.");

    public static final Option<Duration> SINK_TRANSACTION_TIMEOUT = Option.withDefault("sink.transaction-timeout",
            OptionType.duration(), Duration.ofMinutes(15),
            "How long a transaction may stay open, at most the broker's `transaction.max.timeout.ms`. A checkpoint"
                    + " that takes longer than about a third of it fails the job, and loses nothing (`exactly-once`"
                    + " only).");

    public static final Option<Map<String, String>> SINK_PROPERTIES = Option.withDefault("sink.properties",
            new Properties(), Map.of(),
            "Any property of the Kafka producers, before those of `kafka.properties`.");

    public static final Option<String> DEAD_LETTERS_TOPIC = Option.required("dead-letters.topic", OptionType.text(),
            "The topic of the records that got no label.");

    /** All of them, in the order of the documentation. */
    public static final List<Option<?>> ALL = List.of(
            NAME, PARALLELISM, CHECKPOINT_INTERVAL, MAX_IMAGE_BYTES, MAX_AGE,
            SKIP_UNCHANGED_THRESHOLD, SKIP_UNCHANGED_AT_LEAST_EVERY, KAFKA_PROPERTIES,
            SOURCE_BOOTSTRAP_SERVERS, SOURCE_TOPICS, SOURCE_TOPIC_PATTERN, SOURCE_GROUP, SOURCE_STARTING_OFFSETS,
            SOURCE_PARALLELISM, SOURCE_PROPERTIES, SOURCE_VALUE,
            DECODE_MAX_PIXELS, DECODE_MAX_SIDE, DECODE_FORMATS, DECODE_TRUNCATED, DECODE_REDUCED,
            DECODE_REFERENCE_PREFIXES, DECODE_PARALLELISM,
            CRASH_GUARD_ENABLED, CRASH_GUARD_FOLDER, CRASH_GUARD_DEADLINE,
            MODEL_BUNDLE, MODEL_TOP_K, MODEL_PARALLELISM, MODEL_DEVICE,
            MODEL_CONTROL_TOPIC,
            SINK_TOPIC, SINK_BOOTSTRAP_SERVERS, SINK_GUARANTEE, SINK_TRANSACTION_TIMEOUT, SINK_PROPERTIES,
            DEAD_LETTERS_TOPIC);

    private JobOptions() {}
}
