package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The keys of a job file that say what an event is. The tables of docs/job-file.md are generated from these constants.
 */
public final class EventOptions {

    public static final Option<String> TOPIC = Option.optional("events.topic", OptionType.text(),
            "The topic of the events, in the file of a classify job: where it is set, that job finds events too. The"
                    + " file of an events job has `sink.topic` in its place.");

    public static final Option<Duration> HALF_LIFE = Option.withDefault("events.half-life", OptionType.duration(),
            Duration.ofSeconds(1), "Scores are averaged with weights that halve with each half-life of a frame's age.");

    public static final Option<Double> ENTER = Option.withDefault("events.enter", OptionType.number(), 0.6,
            "The smoothed score from which on a camera shows a label, above 0 and at most 1.");

    public static final Option<Double> LEAVE = Option.withDefault("events.leave", OptionType.number(), 0.4,
            "The smoothed score below which it shows the label no more; at most `events.enter`.");

    public static final Option<Duration> MINIMUM_DURATION = Option.withDefault("events.minimum-duration",
            OptionType.duration(), Duration.ofSeconds(2),
            "How long a label must stay to be reported, and must be away for its end to be.");

    public static final Option<Duration> OFFLINE_AFTER = Option.withDefault("events.offline-after",
            OptionType.duration(), Duration.ofSeconds(30),
            "A camera without a frame for this long is offline, and what it showed has ended.");

    public static final Option<Duration> OUT_OF_ORDERNESS = Option.withDefault("events.out-of-orderness",
            OptionType.duration(), Duration.ofSeconds(1),
            "How much later than a newer frame one may come and still be put in its place. Events come later by this.");

    public static final Option<Duration> IDLE_AFTER = Option.withDefault("events.idle-after",
            OptionType.duration(), Duration.ofSeconds(5),
            "A reader without records for this long holds back no other one's event time.");

    public static final Option<Duration> FORGET_AFTER = Option.withDefault("events.forget-after",
            OptionType.duration(), Duration.ofDays(7),
            "What is known of a camera is forgotten after this time without a frame; at least twice"
                    + " `events.offline-after`.");

    /** Those that both kinds of job files may have. */
    static final List<Option<?>> RULES = List.of(
            HALF_LIFE, ENTER, LEAVE, MINIMUM_DURATION, OFFLINE_AFTER, OUT_OF_ORDERNESS, IDLE_AFTER,
            FORGET_AFTER);

    /** All of them, in the order of the documentation. */
    public static final List<Option<?>> ALL =
            Stream.<Option<?>>concat(Stream.of(TOPIC), RULES.stream()).toList();

    private EventOptions() {}
}
