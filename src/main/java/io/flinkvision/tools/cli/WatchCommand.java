package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.EventSettings;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.watch.DeadLetterRecord;
import io.flinkvision.tools.watch.LabelReader;
import io.flinkvision.tools.watch.OutputRecord;
import io.flinkvision.tools.watch.PictureSaver;
import io.flinkvision.tools.watch.RecordFilter;
import io.flinkvision.tools.watch.StartPosition;
import io.flinkvision.tools.watch.TopicReader;
import java.io.IOException;
import java.io.PrintWriter;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vision watch}: the job's output topics, as they fill. */
@Command(
        name = "watch",
        description = "Show the labels that the job writes, as they come, or its dead letters. Nothing is committed, so"
                + " nobody else's reading is disturbed. Ctrl-C ends it.",
        footer = {"", "Exits with 0 at its end or on Ctrl-C, 1 when a topic cannot be read or --timeout came before"
                + " --max, 2 when it was called wrongly."})
final class WatchCommand implements Callable<Integer> {

    private static final Duration POLL = Duration.ofMillis(200);

    /** The topic that jobs/events.yaml writes to. */
    private static final String EVENTS = "events";

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--topic", paramLabel = "TOPIC",
            description = "The topic to read (default: the job file's sink.topic, or its dead-letters.topic).")
    private Optional<String> topic;

    @Option(names = "--since", paramLabel = "TIME", converter = StartPositionConverter.class,
            description = "Where to begin: 10m, 1h (before now), 2026-01-01T12:00:00Z, beginning, or now (default: now;"
                    + " with --max: beginning).")
    private Optional<StartPosition> since;

    @Option(names = "--max", paramLabel = "N", description = "End after so many records.")
    private Optional<Long> most;

    @Option(names = "--timeout", paramLabel = "SECONDS",
            description = "End when no record has come for so many seconds (default: never).")
    private Optional<Long> timeoutSeconds;

    @Option(names = "--filter", paramLabel = "KEY=VALUE[,KEY=VALUE...]",
            description = "Show only records with this camera=, whose first label is this label= and has at least this"
                    + " min-score=; of dead letters those with this camera= and code=. Of a key that is given several"
                    + " times, one must fit.")
    private List<String> filters = List.of();

    @Option(names = "--json", description = "Print the records as they are, one a line; a record that holds no labels"
            + " as {\"malformed\":{\"at\",\"key\",\"reason\"}}, a dead letter as {\"deadLetter\":{\"key\",\"code\","
            + "\"message\",\"source\",\"failedAt\",\"at\"}}.")
    private boolean json;

    @Option(names = "--all", description = "Show the repetitions of an at-least-once job too: records with an id that"
            + " has come before.")
    private boolean repetitions;

    @Option(names = "--stats", description = "Count instead: records a second, labels and latency of each camera;"
            + " painted anew each second on a terminal, elsewhere printed at the end; with --json a line a second.")
    private boolean stats;

    @Option(names = "--dead-letters", description = "Show the records that got no label, and why.")
    private boolean deadLetters;

    @Option(names = "--events", description = "Show the events that an events job writes: what a camera shows, from"
            + " when to when. The topic is the job file's events.topic, or events.")
    private boolean events;

    @Option(names = "--save", paramLabel = "DIR",
            description = "Write the value of each dead letter to a file of this folder.")
    private Optional<Path> folder;

    @Spec
    private CommandSpec spec;

    private long unshown;

    @Override
    public Integer call() throws IOException {
        RecordFilter filter = filter();
        requireSense(filter);
        JobDefinition job = kafka.job();
        if (events) {
            return watchEvents(job, filter);
        }
        return deadLetters ? watchDeadLetters(job, filter) : watchLabels(job, filter);
    }

    private RecordFilter filter() {
        try {
            return RecordFilter.parse(filters);
        } catch (IllegalArgumentException e) {
            throw wrong("--filter: " + e.getMessage());
        }
    }

    private void requireSense(RecordFilter filter) {
        if (most.filter(number -> number < 1).isPresent() || timeoutSeconds.filter(number -> number < 1).isPresent()) {
            throw wrong("--max and --timeout must be at least 1");
        }
        if (folder.isPresent() && !deadLetters) {
            throw wrong("--save saves dead letters, so it needs --dead-letters");
        }
        if (events && (deadLetters || stats || repetitions)) {
            throw wrong("--dead-letters, --stats and --all do not go with --events");
        }
        if (deadLetters && (stats || repetitions)) {
            throw wrong("--stats and --all are about labels, so they do not go with --dead-letters");
        }
        if (deadLetters && filter.isAboutLabels()) {
            throw wrong("--filter: dead letters have no label and no score; camera= and code= can be asked for");
        }
        if (!deadLetters && filter.isAboutDeadLetters()) {
            throw wrong("--filter: only dead letters have a code=, so it needs --dead-letters");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private int watchLabels(JobDefinition job, RecordFilter filter) {
        Properties properties = kafka.outputConsumer(job);
        String name = topic.orElse(job.sink().topic());
        Terminal terminal = Terminal.of(spec.commandLine());
        PrintWriter out = spec.commandLine().getOut();
        WatchDisplay<OutputRecord> display = stats
                ? WatchDisplay.statistics(out, terminal, json)
                : WatchDisplay.labels(out, terminal, json);
        try (LabelReader reader = repetitions
                ? LabelReader.openWithRepetitions(properties, name, start(), this::say)
                : LabelReader.open(properties, name, start(), this::say)) {
            return StopOnInterrupt.during(
                    () -> watch(() -> reader.poll(POLL), reader::isStopped, filter::accepts, display,
                            OutputRecord::record),
                    reader::stop, ExitCode.OK);
        }
    }

    private int watchDeadLetters(JobDefinition job, RecordFilter filter) throws IOException {
        WatchDisplay<DeadLetterRecord> lines = WatchDisplay.deadLetters(
                spec.commandLine().getOut(), Terminal.of(spec.commandLine()), json);
        WatchDisplay<DeadLetterRecord> display = folder.isPresent()
                ? WatchDisplay.saving(lines, new PictureSaver(folder.get()), spec.commandLine().getErr())
                : lines;
        try (TopicReader reader = TopicReader.open(kafka.outputConsumer(job),
                topic.orElse(job.sink().deadLetterTopic()), start(), this::say)) {
            return StopOnInterrupt.during(
                    () -> watch(() -> reader.poll(POLL).stream().map(DeadLetterRecord::of).toList(),
                            reader::isStopped, filter::accepts, display, DeadLetterRecord::record),
                    reader::stop, ExitCode.OK);
        }
    }

    private int watchEvents(JobDefinition job, RecordFilter filter) {
        WatchDisplay<ConsumerRecord<byte[], byte[]>> display = WatchDisplay.events(
                spec.commandLine().getOut(), Terminal.of(spec.commandLine()), json);
        String name = topic.or(() -> job.events().map(EventSettings::topic)).orElse(EVENTS);
        try (TopicReader reader = TopicReader.open(kafka.outputConsumer(job), name, start(), this::say)) {
            return StopOnInterrupt.during(
                    () -> watch(() -> reader.poll(POLL), reader::isStopped,
                            filter::acceptsEvent, display, record -> record),
                    reader::stop, ExitCode.OK);
        }
    }

    private StartPosition start() {
        return since.orElse(most.isPresent() ? new StartPosition.Beginning() : new StartPosition.End());
    }

    private void say(String message) {
        spec.commandLine().getErr().println(message);
        spec.commandLine().getErr().flush();
    }

    private <T> int watch(Supplier<List<T>> next, Supplier<Boolean> stopped, Predicate<T> wanted,
            WatchDisplay<T> display, Function<T, ConsumerRecord<byte[], byte[]>> kafka) {
        PrintWriter out = spec.commandLine().getOut();
        long left = most.orElse(Long.MAX_VALUE);
        long lastRecord = System.nanoTime();
        boolean inTime = true;
        // A writer that has failed is a pipe whose reader has gone, as head does.
        while (left > 0 && inTime && !stopped.get() && !out.checkError()) {
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
        out.flush();
        if (unshown > 0) {
            say((unshown == 1 ? "1 record" : unshown + " records") + " could not be shown");
        }
        if (!inTime && most.isPresent() && left > 0) {
            say("Only " + (most.get() - left) + " of " + most.get() + " records came; for " + timeoutSeconds.get()
                    + " seconds there was none");
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
                say("The record " + first.topic() + "-" + first.partition() + "-" + first.offset()
                        + " could not be shown; further ones are counted: " + e);
            }
            unshown++;
            return false;
        }
    }
}
