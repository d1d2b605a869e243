package io.flinkvision.tools.cli;

import io.flinkvision.tools.watch.DeadLetterRecord;
import io.flinkvision.tools.watch.JsonLines;
import io.flinkvision.tools.watch.OutputRecord;
import io.flinkvision.tools.watch.PictureSaver;
import io.flinkvision.tools.watch.Statistics;
import io.flinkvision.tools.watch.TextLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How {@code vision watch} shows what it reads.
 *
 * @param <T> the records
 */
interface WatchDisplay<T> {

    /** A record has come. */
    void show(T record);

    /** Some time has passed, about a tenth of a second or more. */
    default void refresh() {}

    /** Nothing more will come. */
    default void end() {}

    /** A line a record. */
    static WatchDisplay<OutputRecord> labels(PrintWriter out, Terminal terminal, boolean json) {
        TextLines lines = new TextLines(terminal.style(), ZoneId.systemDefault());
        return record -> TerminalWriter.printlnColoured(
                out, json ? JsonLines.label(record) : lines.label(record, Instant.now()));
    }

    /** A line a dead letter. */
    static WatchDisplay<DeadLetterRecord> deadLetters(PrintWriter out, Terminal terminal, boolean json) {
        TextLines lines = new TextLines(terminal.style(), ZoneId.systemDefault());
        return letter -> TerminalWriter.printlnColoured(out, json ? JsonLines.deadLetter(letter) : lines.deadLetter(letter));
    }

    /** A line an event. */
    static WatchDisplay<ConsumerRecord<byte[], byte[]>> events(PrintWriter out, Terminal terminal, boolean json) {
        TextLines lines = new TextLines(terminal.style(), ZoneId.systemDefault());
        return record -> TerminalWriter.printlnColoured(out, json ? JsonLines.event(record) : lines.event(record));
    }

    /** Counts instead of records. */
    static WatchDisplay<OutputRecord> statistics(PrintWriter out, Terminal terminal, boolean json) {
        return new StatisticsDisplay(out, terminal, json);
    }

    /** Saves the values of dead letters, after another display has shown each. */
    static WatchDisplay<DeadLetterRecord> saving(
            WatchDisplay<DeadLetterRecord> shown, PictureSaver saver, PrintWriter err) {
        return letter -> {
            shown.show(letter);
            try {
                Optional<Path> file = saver.save(letter);
                if (file.isEmpty()) {
                    err.println(letter.coordinates() + ": nothing to save, as "
                            + (letter.headers().omitted().isPresent()
                                    ? "its value was too large for the topic"
                                    : "it has no value"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Not saved: " + e.getMessage(), e);
            }
        };
    }

    /** See {@link #statistics}. */
    final class StatisticsDisplay implements WatchDisplay<OutputRecord> {

        private static final long SECOND_NANOS = 1_000_000_000;

        private final Statistics statistics = new Statistics(InstantSource.system());
        private final PrintWriter out;
        private final Terminal terminal;
        private final boolean json;
        private long lastPaint = System.nanoTime();
        private int linesBefore;

        StatisticsDisplay(PrintWriter out, Terminal terminal, boolean json) {
            this.out = out;
            this.terminal = terminal;
            this.json = json;
        }

        @Override
        public void show(OutputRecord record) {
            statistics.add(record);
        }

        /** Elsewhere than on a terminal the table is printed once, at the end, but JSON can be read as it comes. */
        @Override
        public void refresh() {
            if ((json || terminal.interactive()) && System.nanoTime() - lastPaint > SECOND_NANOS) {
                lastPaint = System.nanoTime();
                paint(Instant.now());
            }
        }

        @Override
        public void end() {
            paint(terminal.interactive() ? Instant.now() : statistics.newest());
        }

        private void paint(Instant end) {
            if (json) {
                out.println(statistics.json(end));
                return;
            }
            if (linesBefore > 0) {
                TerminalWriter.printSequence(out, "\u001b[" + linesBefore + "A\u001b[J");
            }
            List<String> lines = statistics.table(terminal.style(), end);
            lines.forEach(line -> TerminalWriter.printlnColoured(out, line));
            linesBefore = terminal.interactive() ? lines.size() : 0;
        }
    }
}
