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
    private final Counter comparisonsSkipped;
    private final Counter imagesReused;
    private final Counter regionsClassified;
    private final Counter regionsReused;
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
        comparisonsSkipped = group.counter(VisionMetrics.COMPARISONS_SKIPPED);
        imagesReused = group.counter(VisionMetrics.IMAGES_REUSED);
        regionsClassified = group.counter(VisionMetrics.REGIONS_CLASSIFIED);
        regionsReused = group.counter(VisionMetrics.REGIONS_REUSED);
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

    /** A picture of a shadow's sample was not compared. */
    void comparisonSkipped() {
        comparisonsSkipped.inc();
    }

    /** A picture got labels, some of them from the network. */
    void classified(Classification classification) {
        inferenceMicros.update(Math.round(classification.inferenceMillis() * 1_000));
        answered(classification);
    }

    /** A picture got its record, and the network did not run for it. */
    void answered(Classification classification) {
        imagesClassified.inc();
        imagesReused.inc(classification.reused().isPresent() ? 1 : 0);
        long reused = classification.regions().stream().filter(region -> region.reused().isPresent()).count();
        regionsReused.inc(reused);
        regionsClassified.inc(classification.regions().size() - reused);
        classification.captureTime().ifPresent(captured -> endToEndMillis.update(
                Math.max(0, Duration.between(captured, classification.classifiedAt()).toMillis())));
        if (!classification.labels().isEmpty() || !classification.regions().isEmpty()) {
            classification.key().ifPresent(key -> cameras.labelled(key, classification.classifiedAt()));
        }
    }
}
