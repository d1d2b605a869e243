package io.flinkvision.tools.wall;

import io.flinkvision.job.record.Classification;
import io.flinkvision.tools.LatencyWindow;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalDouble;

/** Counts, rate and latency of the output topic since the wall started. Thread-safe. */
final class Traffic {

    /** Records in the percentiles. */
    private static final int LATENCIES = 1024;

    /** A hundred years. */
    private static final double MAX_MILLIS = 100 * 365.25 * 24 * 60 * 60 * 1000;

    private final InstantSource clock;
    private final MinuteHistory minute = new MinuteHistory();
    private final LatencyWindow captureToLabel = new LatencyWindow(LATENCIES);
    private final LatencyWindow work = new LatencyWindow(LATENCIES);
    private long labelled;
    private long malformed;
    private long lastOutput;

    /**
     * A snapshot; latencies are in milliseconds and over the last records.
     *
     * @param labelled records with labels
     * @param malformed records of the output topic without labels
     * @param rate records with labels per second
     * @param captureMedian from the picture's capture time to its labels; empty if no record has a capture time
     * @param workMedian of decoding and inference
     */
    record Figures(long labelled, long malformed, double rate, OptionalDouble captureMedian,
            OptionalDouble captureP95, OptionalDouble workMedian, OptionalDouble workP95) {}

    Traffic(InstantSource clock) {
        this.clock = clock;
        this.lastOutput = clock.millis();
    }

    /** @param time when the record was written, in milliseconds since 1970-01-01T00:00Z */
    synchronized void add(Classification record, long time) {
        labelled++;
        lastOutput = clock.millis();
        minute.add(Math.min(time, lastOutput) / 1000, "");
        record.captureTime().ifPresent(captured ->
                add(captureToLabel, millis(Duration.between(captured, record.classifiedAt()))));
        add(work, record.decodeMillis() + record.inferenceMillis());
    }

    /** Anybody may write to the topic: values are brought into the range from 0 to a hundred years, NaN is ignored. */
    private static void add(LatencyWindow window, double millis) {
        if (!Double.isNaN(millis)) {
            window.add(Math.max(0, Math.min(MAX_MILLIS, millis)));
        }
    }

    /** In floating point: nanoseconds of more than 292 years do not fit into 64 bits. */
    private static double millis(Duration duration) {
        return duration.getSeconds() * 1e3 + duration.getNano() / 1e6;
    }

    synchronized void addMalformed() {
        malformed++;
        lastOutput = clock.millis();
    }

    /** Notes a dead letter, which only shows that the job is running. */
    synchronized void addDeadLetter() {
        lastOutput = clock.millis();
    }

    /** Time of the job's last output, or of the wall's start, in milliseconds since 1970-01-01T00:00Z. */
    synchronized long lastOutput() {
        return lastOutput;
    }

    synchronized Figures figures() {
        return new Figures(labelled, malformed, minute.rate(clock.millis() / 1000),
                captureToLabel.percentile(50), captureToLabel.percentile(95), work.percentile(50),
                work.percentile(95));
    }
}
