package io.flinkvision.job.operator;

import io.flinkvision.job.record.Classification;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** The metrics of the classify operator; {@link VisionMetrics} describes them. */
final class ClassifyMetrics {

    private final Counter modelLoads;
    private final Counter imagesClassified;
    private final Counter imagesReused;
    private final Histogram inferenceMicros;
    private final Histogram endToEndMillis;
    private final CameraAges cameras;

    /**
     * Registers the metrics.
     *
     * @param group the operator's
     * @param clock the time of day, by which the cameras' labels age
     */
    ClassifyMetrics(MetricGroup group, InstantSource clock) {
        modelLoads = group.counter(VisionMetrics.MODEL_LOADS);
        imagesClassified = group.counter(VisionMetrics.IMAGES_CLASSIFIED);
        imagesReused = group.counter(VisionMetrics.IMAGES_REUSED);
        inferenceMicros = group.histogram(
                VisionMetrics.INFERENCE_MICROS, new DescriptiveStatisticsHistogram(VisionMetrics.HISTOGRAM_WINDOW));
        endToEndMillis = group.histogram(
                VisionMetrics.END_TO_END_MILLIS, new DescriptiveStatisticsHistogram(VisionMetrics.HISTOGRAM_WINDOW));
        cameras = new CameraAges(group, clock);
    }

    /** A network was loaded. */
    void modelLoaded() {
        modelLoads.inc();
    }

    /** A picture got labels of the network. */
    void classified(Classification classification) {
        inferenceMicros.update(Math.round(classification.inferenceMillis() * 1_000));
        labelled(classification);
    }

    /** A picture got the labels of another one. */
    void reused(Classification classification) {
        imagesReused.inc();
        labelled(classification);
    }

    private void labelled(Classification classification) {
        imagesClassified.inc();
        classification.captureTime().ifPresent(captured -> endToEndMillis.update(
                Math.max(0, Duration.between(captured, classification.classifiedAt()).toMillis())));
        classification.key().ifPresent(key -> cameras.labelled(key, classification.classifiedAt()));
    }
}
