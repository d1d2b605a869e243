package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.tools.ExitHook;
import io.flinkvision.tools.watch.DeadLetterRecord;
import io.flinkvision.tools.watch.LabelReader;
import io.flinkvision.tools.watch.OutputRecord;
import io.flinkvision.tools.watch.PictureSaver;
import io.flinkvision.tools.watch.PresentReader;
import io.flinkvision.tools.watch.RecordFilter;
import io.flinkvision.tools.watch.StartPosition;
import io.flinkvision.tools.watch.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vision watch}: follows the job's output topics. */
@Command(
        name = "watch",
        description = "Show the labels that the job writes, as they arrive, or its dead letters, events or states. Commits no"
                + " offsets, so no other reader is disturbed. Ctrl-C ends it.",
        footer = {"", "Exit status: 0 at the end or on Ctrl-C, 1 if a topic cannot be read or --timeout expired before"
                + " --max, 2 on wrong usage."})
final class WatchCommand extends VisionCommand implements Callable<Integer> {

    private static final Duration POLL = Duration.ofMillis(200);

    /** The topic that jobs/events.yaml writes to. */
    private static final String EVENTS = "events";

    /** The topic that jobs/events.yaml proposes for states. */
    private static final String STATES = "states";

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--topic", paramLabel = "TOPIC",
            description = "The topic to read (default: the job file's sink.topic, or its dead-letters.topic).")
    private Optional<String> topic;

    @Option(names = "--since", paramLabel = "TIME",
            description = "Where to start: 10m, 1h (ago), 2026-01-01T12:00:00Z, beginning, or now (default: now; with"
                    + " --max: beginning).")
    private Optional<StartPosition> since;

    @Option(names = "--max", paramLabel = "N", description = "End after this many records.")
    private Optional<Long> max;

    @Option(names = "--timeout", paramLabel = "SECONDS",
            description = "End if no record arrives for this many seconds (default: never).")
    private Optional<Long> timeoutSeconds;

    @Option(names = "--filter", paramLabel = "KEY=VALUE[,KEY=VALUE...]",
            description = "Show only records with this camera= whose top label, or that of a region, is this label= and"
                    + " scores at least this min-score=; camera=CAMERA/REGION for one region; dead letters by camera= and"
                    + " code=. If a key is given several times, one value must match.")
    private List<String> filters = List.of();

    @Option(names = "--json", description = "Print the records unchanged, one per line; a record without labels"
            + " as {\"malformed\":{\"at\",\"key\",\"reason\"}}, a dead letter as {\"deadLetter\":{\"key\",\"code\","
            + "\"message\",\"source\",\"failedAt\",\"at\"}}.")
    private boolean json;

    @Option(names = "--all", description = "Also show duplicates that an at-least-once job wrote: records with an id"
            + " seen before.")
    private boolean duplicates;

    @Option(names = "--stats", description = "Show counts instead: records per second, labels and latency by camera"
            + " and by region; refreshed every second on a terminal, else printed at the end; with --json, one line per second.")
    private boolean stats;

    @Option(names = "--dead-letters", description = "Show the records that got no labels, with the reason.")
    private boolean deadLetters;

    @Option(names = "--events", description = "Show the events that an events job writes: what a camera shows, from when"
            + " to when. The topic is the job file's events.topic, else events.")
    private boolean events;

    @Option(names = "--states", description = "Show what each camera and region shows now, sorted by name, then each change"
            + " of it. The topic is the job file's events.states-topic, else states. A deleted state is"
            + " {\"forgotten\":{\"key\"}} with --json.")
    private boolean states;

    @Option(names = "--once", description = "With --states: end after the present, without the changes.")
    private boolean once;

    @Option(names = "--save", paramLabel = "DIR",
            description = "Write the value of each dead letter to a file in this folder.")
    private Optional<Path> folder;

    private long unshown;

    @Override
    public Integer call() throws IOException {
        RecordFilter filter = filter();
        requireConsistentOptions(filter);
        JobDefinition job = kafka.job();
        if (events) {
            return watchEvents(job, filter);
        }
        if (states) {
            return watchStates(job, filter);
        }
        return deadLetters ? watchDeadLetters(job, filter) : watchLabels(job, filter);
    }

    private RecordFilter filter() {
        try {
            return RecordFilter.parse(filters);
        } catch (IllegalArgumentException e) {
            throw wrongUse("--filter: " + e.getMessage());
        }
    }

    private void requireConsistentOptions(RecordFilter filter) {
        if (max.filter(number -> number < 1).isPresent() || timeoutSeconds.filter(number -> number < 1).isPresent()) {
            throw wrongUse("--max and --timeout must be at least 1");
        }
        if (folder.isPresent() && !deadLetters) {
            throw wrongUse("--save saves dead letters, so it needs --dead-letters");
        }
        if (events && (deadLetters || stats || duplicates)) {
            throw wrongUse("--dead-letters, --stats and --all cannot be combined with --events");
        }
        if (states && (events || deadLetters || stats || duplicates || since.isPresent())) {
            throw wrongUse("--events, --dead-letters, --stats, --all and --since cannot be combined with --states");
        }
        if (once && !states) {
            throw wrongUse("--once ends after the present, so it needs --states");
        }
        if (deadLetters && (stats || duplicates)) {
            throw wrongUse("--stats and --all are for labels, so they cannot be combined with --dead-letters");
        }
        if (deadLetters && filter.isAboutLabels()) {
            throw wrongUse("--filter: dead letters have no label and no score; use camera= and code=");
        }
        if (!deadLetters && filter.isAboutDeadLetters()) {
            throw wrongUse("--filter: only dead letters have a code=, so it needs --dead-letters");
        }
    }

    private int watchLabels(JobDefinition job, RecordFilter filter) {
        Properties properties = kafka.outputConsumer(job);
        String name = topic.orElse(job.get(JobOptions.SINK_TOPIC));
        Terminal terminal = Terminal.of(commandLine());
        WatchDisplay<OutputRecord> display = stats
                ? WatchDisplay.statistics(out(), terminal, json)
                : WatchDisplay.labels(out(), terminal, json);
        try (LabelReader reader = duplicates
                ? LabelReader.openWithRepetitions(properties, name, start(), this::log)
                : LabelReader.open(properties, name, start(), this::log)) {
            return ExitHook.during(
                    () -> watch(() -> reader.poll(POLL), reader::isStopped, filter::accepts, display,
                            OutputRecord::record),
                    reader::stop, ExitCode.OK);
        }
    }

    private int watchDeadLetters(JobDefinition job, RecordFilter filter) throws IOException {
        WatchDisplay<DeadLetterRecord> lines = WatchDisplay.deadLetters(
                out(), Terminal.of(commandLine()), json);
        WatchDisplay<DeadLetterRecord> display = folder.isPresent()
                ? WatchDisplay.saving(lines, new PictureSaver(folder.get()), err())
                : lines;
        try (TopicReader reader = TopicReader.open(kafka.outputConsumer(job),
                topic.orElse(job.get(JobOptions.DEAD_LETTERS_TOPIC)), start(), this::log)) {
            return ExitHook.during(
                    () -> watch(() -> reader.poll(POLL).stream().map(DeadLetterRecord::of).toList(),
                            reader::isStopped, filter::accepts, display, DeadLetterRecord::record),
                    reader::stop, ExitCode.OK);
        }
    }

    private int watchEvents(JobDefinition job, RecordFilter filter) {
        WatchDisplay<ConsumerRecord<byte[], byte[]>> display = WatchDisplay.events(
                out(), Terminal.of(commandLine()), json);
        String name = topic.or(() -> job.find(JobOptions.EVENTS_TOPIC)).orElse(EVENTS);
        try (TopicReader reader = TopicReader.open(kafka.outputConsumer(job), name, start(), this::log)) {
            return ExitHook.during(
                    () -> watch(() -> reader.poll(POLL), reader::isStopped,
                            filter::acceptsEvent, display, record -> record),
                    reader::stop, ExitCode.OK);
        }
    }

    private int watchStates(JobDefinition job, RecordFilter filter) {
        WatchDisplay<ConsumerRecord<byte[], byte[]>> display = WatchDisplay.states(
                out(), Terminal.of(commandLine()), json);
        String name = topic.or(() -> job.find(JobOptions.EVENTS_STATES_TOPIC)).orElse(STATES);
        try (TopicReader reader = TopicReader.open(
                kafka.outputConsumer(job), name, new StartPosition.Beginning(), this::log)) {
            PresentReader present = new PresentReader(reader);
            return ExitHook.during(
                    () -> watch(() -> present.poll(POLL), () -> reader.isStopped() || once && present.hasPresent(),
                            filter::acceptsState, display, record -> record),
                    reader::stop, ExitCode.OK);
        }
    }

    private StartPosition start() {
        return since.orElse(max.isPresent() ? new StartPosition.Beginning() : new StartPosition.End());
    }

    private <T> int watch(Supplier<List<T>> next, Supplier<Boolean> stopped, Predicate<T> wanted,
            WatchDisplay<T> display, Function<T, ConsumerRecord<byte[], byte[]>> kafka) {
        long left = max.orElse(Long.MAX_VALUE);
        long lastRecord = System.nanoTime();
        boolean inTime = true;
        // A writer that has failed is a pipe whose reader has gone, as head does.
        while (left > 0 && inTime && !stopped.get() && !out().checkError()) {
            for (T record : next.get()) {
                if (left > 0 && isShown(record, wanted, display, kafka)) {
                    left--;
                    lastRecord = System.nanoTime();
                }
            }
            display.refresh();
            inTime = timeoutSeconds.isEmpty()
                    || System.nanoTime() - lastRecord < Duration.ofSeconds(timeoutSeconds.get()).toNanos();
        }
        display.end();
        out().flush();
        if (unshown > 0) {
            log((unshown == 1 ? "1 record" : unshown + " records") + " could not be shown");
        }
        if (!inTime && max.isPresent() && left > 0) {
            log("Only " + (max.get() - left) + " of " + max.get() + " records arrived, and none for "
                    + timeoutSeconds.get() + " seconds");
            return ExitCode.SOFTWARE;
        }
        return ExitCode.OK;
    }

    /** Shows a record, if it is wanted. The first one that cannot be shown is reported, and all of them are counted. */
    private <T> boolean isShown(T record, Predicate<T> wanted, WatchDisplay<T> display,
            Function<T, ConsumerRecord<byte[], byte[]>> kafka) {
        try {
            if (!wanted.test(record)) {
                return false;
            }
            display.show(record);
            return true;
        } catch (UncheckedIOException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            if (unshown == 0) {
                ConsumerRecord<byte[], byte[]> first = kafka.apply(record);
                log("The record " + first.topic() + "-" + first.partition() + "-" + first.offset()
                        + " could not be shown; further ones are counted: " + e);
            }
            unshown++;
            return false;
        }
    }
}
