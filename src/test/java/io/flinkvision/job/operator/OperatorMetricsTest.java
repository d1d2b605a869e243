package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.operator.PrometheusScrape.Sample;
import io.flinkvision.job.operator.ReportedGroup.SetClock;
import io.flinkvision.job.operator.VisionMetrics.Described;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The metrics of both operators, as Prometheus sees them. */
class OperatorMetricsTest {

    private static final Set<String> REGISTERED_ELSEWHERE = Set.of(VisionMetrics.DEAD_LETTERS,
            VisionMetrics.MODEL_CHANGES, VisionMetrics.MODEL_CHANGES_FAILED, VisionMetrics.MODEL_BEHIND,
            VisionMetrics.CANDIDATES, VisionMetrics.REGIONS);

    private final SetClock clock = new SetClock();
    private final ReportedGroup reported = new ReportedGroup();

    @AfterEach
    void close() {
        reported.close();
    }

    @Test
    void everyMetricThatIsRegisteredIsDescribedAndTheOtherWayRound() {
        new DecodeMetrics(reported.group(), clock);
        assertThat(registered()).isEqualTo(described("decode"));
    }

    @Test
    void everyMetricOfTheClassifierIsDescribedAndTheOtherWayRound() {
        ClassifyMetrics metrics = new ClassifyMetrics(reported.group(), clock);
        metrics.classified(SampleRecords.classification());
        metrics.classified(SampleRecords.classification());

        assertThat(registered()).isEqualTo(described("classify"));
    }

    @Test
    void everyMetricOfThePicturesIsDescribedAndTheOtherWayRound() {
        new PictureMetrics(reported.group());

        assertThat(registered()).isEqualTo(described("pictures"));
    }

    @Test
    void countsBytesAndTheTimeInTheQueue() {
        DecodeMetrics metrics = new DecodeMetrics(reported.group(), clock);
        long timestamp = clock.millis();
        clock.advance(70);
        metrics.received(SampleRecords.image(), Optional.of(timestamp));
        metrics.received(SampleRecords.tombstone(), Optional.empty());
        metrics.received(SampleRecords.tombstone(), Optional.of(-1L));
        metrics.received(SampleRecords.image(), Optional.of(clock.millis() + 1_000_000));

        assertThat(value("operator_bytesIn")).isEqualTo(8);
        assertThat(value("operator_queueingMillis_count")).isEqualTo(2);
        assertThat(quantile("operator_queueingMillis", "0.999")).isEqualTo(70);
        assertThat(quantile("operator_queueingMillis", "0.5")).isEqualTo(35);
    }

    @Test
    void countsPicturesAndRefusals() {
        DecodeMetrics metrics = new DecodeMetrics(reported.group(), clock);
        metrics.rejected();
        metrics.rejected();
        metrics.rejected();
        metrics.decoded(1_500_000);
        metrics.stale();
        metrics.captureTimeIgnored();
        metrics.captureTimeIgnored();

        assertThat(value("operator_imagesRejected")).isEqualTo(3);
        assertThat(value("operator_imagesDecoded")).isEqualTo(1);
        assertThat(value("operator_imagesStale")).isEqualTo(1);
        assertThat(value("operator_captureTimesIgnored")).isEqualTo(2);
        assertThat(quantile("operator_decodeMicros", "0.5")).isEqualTo(1_500);
    }

    @Test
    void measuresFromTheCaptureToTheLabelWhereThereIsACaptureTime() {
        ClassifyMetrics metrics = new ClassifyMetrics(reported.group(), clock);
        metrics.modelLoaded();
        metrics.classified(SampleRecords.classification());
        metrics.classified(SampleRecords.classificationWithoutOptionalFields());
        metrics.answered(SampleRecords.reused());

        assertThat(value("operator_modelLoads")).isEqualTo(1);
        assertThat(value("operator_imagesClassified")).isEqualTo(3);
        assertThat(value("operator_imagesReused")).isEqualTo(1);
        assertThat(value("operator_inferenceMicros_count")).isEqualTo(2);
        assertThat(value("operator_endToEndMillis_count")).isEqualTo(2);
        assertThat(quantile("operator_endToEndMillis", "0.5")).isEqualTo(333);
        assertThat(quantile("operator_inferenceMicros", "0.5")).isEqualTo(1_800);
    }

    private double value(String name) {
        return reported.scrape().named("flink_" + name).mapToDouble(Sample::value).sum();
    }

    private double quantile(String name, String quantile) {
        return reported.scrape().sum("flink_" + name, "quantile", quantile);
    }

    private Set<String> registered() {
        return reported.scrape().names().stream()
                .map(name -> name.replaceFirst("_count$", ""))
                .collect(Collectors.toSet());
    }

    private static Set<String> described(String operator) {
        return VisionMetrics.ALL.stream()
                .filter(metric -> metric.operators().contains(operator) && !REGISTERED_ELSEWHERE.contains(metric.name()))
                .map(Described::prometheusName)
                .map(name -> name.replace("taskmanager_job_task_", ""))
                .collect(Collectors.toSet());
    }
}
