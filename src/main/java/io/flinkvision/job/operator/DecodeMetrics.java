package io.flinkvision.job.operator;

import io.flinkvision.core.system.ProcessMemory;
import io.flinkvision.job.record.RawRecord;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** The metrics of the decode operator; {@link VisionMetrics} describes them. */
final class DecodeMetrics {

    private final InstantSource clock;
    private final Counter bytesIn;
    private final Counter imagesDecoded;
    private final Counter imagesPreviewed;
    private final Counter imagesNotDecoded;
    private final Counter imagesRejected;
    private final Counter imagesStale;
    private final Counter captureTimesIgnored;
    private final Histogram queueingMillis;
    private final Histogram decodeMicros;

    /**
     * Registers the metrics.
     *
     * @param group the operator's
     * @param clock the time of day, to compare with the records' timestamps
     */
    DecodeMetrics(MetricGroup group, InstantSource clock) {
        this.clock = clock;
        bytesIn = group.counter(VisionMetrics.BYTES_IN);
        imagesDecoded = group.counter(VisionMetrics.IMAGES_DECODED);
        imagesPreviewed = group.counter(VisionMetrics.IMAGES_PREVIEWED);
        imagesNotDecoded = group.counter(VisionMetrics.IMAGES_NOT_DECODED);
        imagesRejected = group.counter(VisionMetrics.IMAGES_REJECTED);
        imagesStale = group.counter(VisionMetrics.IMAGES_STALE);
        captureTimesIgnored = group.counter(VisionMetrics.CAPTURE_TIMES_IGNORED);
        queueingMillis = group.histogram(
                VisionMetrics.QUEUEING_MILLIS, new DescriptiveStatisticsHistogram(VisionMetrics.HISTOGRAM_WINDOW));
        decodeMicros = group.histogram(
                VisionMetrics.DECODE_MICROS, new DescriptiveStatisticsHistogram(VisionMetrics.HISTOGRAM_WINDOW));
        if (ProcessMemory.ANONYMOUS.bytes().isPresent()) {
            group.gauge(VisionMetrics.PROCESS_ANONYMOUS_BYTES,
                    (Gauge<Long>) () -> ProcessMemory.ANONYMOUS.bytes().orElse(0));
        }
    }

    /**
     * A record was taken up.
     *
     * @param timestamp the record's in Kafka, in milliseconds since 1970-01-01T00:00Z; empty or negative if it has
     *     none
     */
    void received(RawRecord record, Optional<Long> timestamp) {
        bytesIn.inc(record.value().map(value -> value.length).orElse(0));
        timestamp.filter(millis -> millis >= 0)
                .ifPresent(millis -> queueingMillis.update(Math.max(0, clock.millis() - millis)));
    }

    /** A picture was decoded. */
    void decoded(long nanos) {
        imagesDecoded.inc();
        decodeMicros.update(nanos / 1_000);
    }

    /** A picture was looked at; if it is unchanged, it is not decoded. */
    void looked(boolean unchanged) {
        imagesPreviewed.inc();
        imagesNotDecoded.inc(unchanged ? 1 : 0);
    }

    /** A frame was older than the age limit. */
    void stale() {
        imagesStale.inc();
    }

    /** A record's capture time was ignored. */
    void captureTimeIgnored() {
        captureTimesIgnored.inc();
    }

    /** A record became a dead letter. */
    void rejected() {
        imagesRejected.inc();
    }
}
