package io.flinkvision.tools.wall;

import io.flinkvision.job.record.ClassificationRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalDouble;

/** How much has come since the wall was started, and how long it took. Safe for use by several threads. */
final class Traffic {

    private final InstantSource clock;
    private final MinuteHistory minute = new MinuteHistory();
    private final Latency captureToLabel = new Latency();
    private final Latency work = new Latency();
    private long labelled;
    private long malformed;
    private long lastOutput;

    /**
     * The figures of a moment.
     *
     * @param labelled records with labels
     * @param malformed records of the output topic that hold no labels
     * @param rate records with labels a second
     * @param captureMedian milliseconds from the picture's capture time to its labels, half of the last records within
     *     it; empty where no record has a capture time
     * @param captureMost likewise, 95 % of them
     * @param workMedian milliseconds of decoding and inference
     * @param workMost likewise
     */
    record Figures(long labelled, long malformed, double rate, OptionalDouble captureMedian,
            OptionalDouble captureMost, OptionalDouble workMedian, OptionalDouble workMost) {}

    Traffic(InstantSource clock) {
        this.clock = clock;
        this.lastOutput = clock.millis();
    }

    /**
     * Takes a record.
     *
     * @param time when it was written, in milliseconds since 1970-01-01T00:00Z
     */
    synchronized void add(ClassificationRecord record, long time) {
        labelled++;
        lastOutput = clock.millis();
        minute.add(Math.min(time, lastOutput) / 1000, "");
        record.captureTime().ifPresent(captured ->
                captureToLabel.add(millis(Duration.between(captured, record.classifiedAt()))));
        work.add(record.decodeMillis() + record.inferenceMillis());
    }

    /** In floating point, as nanoseconds of more than 292 years do not fit into 64 bits. */
    private static double millis(Duration duration) {
        return duration.getSeconds() * 1e3 + duration.getNano() / 1e6;
    }

    synchronized void addMalformed() {
        malformed++;
        lastOutput = clock.millis();
    }

    /** Takes a dead letter, which only shows that the job is at work. */
    synchronized void addDeadLetter() {
        lastOutput = clock.millis();
    }

    /** When the job last wrote anything, in milliseconds since 1970-01-01T00:00Z; when the wall started, until then. */
    synchronized long lastOutput() {
        return lastOutput;
    }

    synchronized Figures figures() {
        return new Figures(labelled, malformed, minute.rate(clock.millis() / 1000), captureToLabel.quantile(0.5),
                captureToLabel.quantile(0.95), work.quantile(0.5), work.quantile(0.95));
    }
}
