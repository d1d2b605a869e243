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
 * The output of {@code vision watch}.
 *
 * @param <T> the type of the records
 */
interface WatchDisplay<T> {

    void show(T record);

    /** Called several times per second. */
    default void refresh() {}

    /** Called after the last record. */
    default void end() {}

    /** One line per record. */
    static WatchDisplay<OutputRecord> labels(PrintWriter out, Terminal terminal, boolean json) {
        TextLines lines = new TextLines(terminal.style(), ZoneId.systemDefault());
        return record -> TerminalWriter.printlnColoured(
                out, json ? JsonLines.label(record) : lines.label(record, Instant.now()));
    }

    /** One line per dead letter. */
    static WatchDisplay<DeadLetterRecord> deadLetters(PrintWriter out, Terminal terminal, boolean json) {
        TextLines lines = new TextLines(terminal.style(), ZoneId.systemDefault());
        return letter -> TerminalWriter.printlnColoured(out, json ? JsonLines.deadLetter(letter) : lines.deadLetter(letter));
    }

    /** One line per event. */
    static WatchDisplay<ConsumerRecord<byte[], byte[]>> events(PrintWriter out, Terminal terminal, boolean json) {
        TextLines lines = new TextLines(terminal.style(), ZoneId.systemDefault());
        return record -> TerminalWriter.printlnColoured(out, json ? JsonLines.event(record) : lines.event(record));
    }

    /** One line per state. */
    static WatchDisplay<ConsumerRecord<byte[], byte[]>> states(PrintWriter out, Terminal terminal, boolean json) {
        TextLines lines = new TextLines(terminal.style(), ZoneId.systemDefault());
        return record -> TerminalWriter.printlnColoured(out, json ? JsonLines.state(record) : lines.state(record));
    }

    static WatchDisplay<OutputRecord> statistics(PrintWriter out, Terminal terminal, boolean json) {
        return new StatisticsDisplay(out, terminal, json);
    }

    /** Saves the values of dead letters after showing them. */
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

    /** Counts instead of records. */
    final class StatisticsDisplay implements WatchDisplay<OutputRecord> {

        private static final long SECOND_NANOS = 1_000_000_000;

        private final Statistics statistics = new Statistics(InstantSource.system());
        private final PrintWriter out;
        private final Terminal terminal;
        private final boolean json;
        private long lastRefresh = System.nanoTime();
        private int linesOnScreen;

        StatisticsDisplay(PrintWriter out, Terminal terminal, boolean json) {
            this.out = out;
            this.terminal = terminal;
            this.json = json;
        }

        @Override
        public void show(OutputRecord record) {
            statistics.add(record);
        }

        /** Without a terminal, the table is printed only at the end; JSON is always printed every second. */
        @Override
        public void refresh() {
            if ((json || terminal.interactive()) && System.nanoTime() - lastRefresh > SECOND_NANOS) {
                lastRefresh = System.nanoTime();
                print(Instant.now());
            }
        }

        @Override
        public void end() {
            print(terminal.interactive() ? Instant.now() : statistics.newest());
        }

        private void print(Instant end) {
            if (json) {
                out.println(statistics.json(end));
                return;
            }
            if (linesOnScreen > 0) {
                TerminalWriter.printSequence(out, "\u001b[" + linesOnScreen + "A\u001b[J");
            }
            List<String> lines = statistics.table(terminal.style(), end);
            lines.forEach(line -> TerminalWriter.printlnColoured(out, line));
            linesOnScreen = terminal.interactive() ? lines.size() : 0;
        }
    }
}
