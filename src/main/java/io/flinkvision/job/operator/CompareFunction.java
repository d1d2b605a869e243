package io.flinkvision.job.operator;

import io.flinkvision.job.record.ComparedPicture.Agreed;
import io.flinkvision.job.record.ComparedPicture.Failed;
import io.flinkvision.job.record.ComparedPicture;
import io.flinkvision.job.record.ModelComparison;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * The compare operator: counts per camera how two models have classified the same pictures, and passes on the counts so
 * far, at most once per {@link #PERIOD}. Keyed by {@link #BY_CAMERA}.
 */
public final class CompareFunction extends KeyedProcessFunction<String, ComparedPicture, ModelComparison> {

    /** The side output of the classify operator. Without an operator behind it, it costs nothing. */
    public static final OutputTag<ComparedPicture> TAG =
            new OutputTag<>("compared-pictures", RecordTypeInformation.COMPARED_PICTURE);

    /** By the key in hexadecimal, since Flink's keys cannot be bytes; pictures without one count as of one camera. */
    public static final KeySelector<ComparedPicture, String> BY_CAMERA =
            picture -> picture.key().map(HexFormat.of()::formatHex).orElse("-");

    /** Between two records of a camera, at least. */
    static final Duration PERIOD = Duration.ofSeconds(5);

    /** A camera of which no picture was compared for so long is forgotten. */
    static final Duration TIME_TO_LIVE = Duration.ofDays(7);

    private static final long serialVersionUID = 1L;

    private transient ValueState<ModelComparison> comparison;

    /** Absent without a timer; else whether something has been counted since the last record. */
    private transient ValueState<Boolean> unsent;

    private transient Counter picturesCompared;
    private transient Counter picturesAgreed;
    private transient Counter comparisonsFailed;

    @Override
    public void open(OpenContext context) {
        ValueStateDescriptor<ModelComparison> counted =
                new ValueStateDescriptor<>("comparison", RecordForms.MODEL_COMPARISON);
        counted.enableTimeToLive(StateTtlConfig.newBuilder(TIME_TO_LIVE).build());
        comparison = getRuntimeContext().getState(counted);
        unsent = getRuntimeContext().getState(new ValueStateDescriptor<>("unsent", Types.BOOLEAN));
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        picturesCompared = metrics.counter(VisionMetrics.PICTURES_COMPARED);
        picturesAgreed = metrics.counter(VisionMetrics.PICTURES_AGREED);
        comparisonsFailed = metrics.counter(VisionMetrics.COMPARISONS_FAILED);
    }

    @Override
    public void processElement(ComparedPicture picture, Context context, Collector<ModelComparison> out)
            throws Exception {
        count(picture);
        ModelComparison counted = Optional.ofNullable(comparison.value()).map(before -> before.with(picture))
                .orElseGet(() -> ModelComparison.of(picture));
        comparison.update(counted);
        if (unsent.value() == null) {
            send(counted, context, out);
        } else {
            unsent.update(true);
        }
    }

    private void count(ComparedPicture picture) {
        if (picture.outcome() instanceof Failed) {
            comparisonsFailed.inc();
            return;
        }
        picturesCompared.inc();
        picturesAgreed.inc(picture.outcome() instanceof Agreed ? 1 : 0);
    }

    private void send(ModelComparison counted, Context context, Collector<ModelComparison> out) throws Exception {
        out.collect(counted);
        unsent.update(false);
        context.timerService().registerProcessingTimeTimer(
                context.timerService().currentProcessingTime() + PERIOD.toMillis());
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<ModelComparison> out) throws Exception {
        ModelComparison counted = comparison.value();
        if (counted != null && Boolean.TRUE.equals(unsent.value())) {
            send(counted, context, out);
        } else {
            unsent.clear();
        }
    }
}
