package io.flinkvision.job.operator;

import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ModelChange;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Either;
import org.apache.flink.util.Collector;

/**
 * The gate operator, of one instance: passes the changes that {@link ModelTrialFunction} found good to every subtask.
 * The choices that it refused go to the side output {@link DeadLetterOutput#TAG} only: the job keeps the model that it
 * has.
 */
public final class ModelGateFunction extends ProcessFunction<Either<ModelChange, DeadLetter>, ModelChange> {

    private static final long serialVersionUID = 1L;

    private transient Counter modelsAccepted;
    private transient Counter modelsRefused;

    @Override
    public void open(OpenContext context) {
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        modelsAccepted = metrics.counter(VisionMetrics.MODELS_ACCEPTED);
        modelsRefused = metrics.counter(VisionMetrics.MODELS_REFUSED);
    }

    @Override
    public void processElement(Either<ModelChange, DeadLetter> outcome, Context context, Collector<ModelChange> out) {
        if (outcome.isLeft()) {
            modelsAccepted.inc();
            out.collect(outcome.left());
        } else {
            modelsRefused.inc();
            context.output(DeadLetterOutput.TAG, outcome.right());
        }
    }
}
