package io.flinkvision.job.operator;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** The metrics of the operator {@code pictures}. */
final class PictureMetrics {

    private final Counter sent;
    private final Counter omitted;
    private final Histogram encodeMicros;

    /** Registers them in the operator's group. */
    PictureMetrics(MetricGroup group) {
        sent = group.counter(VisionMetrics.PICTURES_SENT);
        omitted = group.counter(VisionMetrics.PICTURES_OMITTED);
        encodeMicros = group.histogram(
                VisionMetrics.ENCODE_MICROS, new DescriptiveStatisticsHistogram(VisionMetrics.HISTOGRAM_WINDOW));
    }

    void sent() {
        sent.inc();
    }

    void omitted() {
        omitted.inc();
    }

    void encoded(long nanos) {
        encodeMicros.update(nanos / 1_000);
    }
}
