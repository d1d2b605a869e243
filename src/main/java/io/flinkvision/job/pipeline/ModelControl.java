package io.flinkvision.job.pipeline;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.job.operator.Classification;
import io.flinkvision.job.operator.DeadLetters;
import io.flinkvision.job.operator.DecodedImage;
import io.flinkvision.job.operator.ModelChange;
import io.flinkvision.job.operator.ModelGateFunction;
import io.flinkvision.job.operator.ModelTrialFunction;
import io.flinkvision.job.operator.RecordTypeInformation;
import io.flinkvision.job.operator.SwitchingClassifyFunction;
import io.flinkvision.job.operator.SwitchingReusingClassifyFunction;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The part of the graph that changes the model while the job runs:
 *
 * <pre>
 * model-choices ─► model-trials ─► model-gate ─► (to every subtask of) classify
 *                                      └───────► dead-letters
 * </pre>
 *
 * @param changes what every subtask of the classify operator is to do
 * @param refused the choices that the gate did not pass
 */
record ModelControl(DataStream<ModelChange> changes, DataStream<DeadLetter> refused) {

    /** After so long without a choice, which is nearly always, nobody waits for this source's watermarks. */
    private static final Duration IDLENESS = Duration.ofSeconds(1);

    private static final long NO_TIMEOUT = 0;

    /**
     * Adds the source of the choices, their trials and the gate, of one instance each: there is one latest choice.
     *
     * @param preprocessing what the job's decode operator prepares pictures for
     */
    static ModelControl addTo(
            StreamExecutionEnvironment environment,
            Source<RawRecord, ?, ?> choices,
            Preprocessing preprocessing) {
        DataStream<RawRecord> records = environment
                .fromSource(choices, WatermarkStrategy.<RawRecord>noWatermarks().withIdleness(IDLENESS),
                        "model-choices", RecordTypeInformation.RAW_RECORD)
                .uid("model-choices")
                .forceNonParallel();
        // Unordered, since the trials end in the choices' order by themselves. Their time limit is their own: the
        // operator's would begin while a choice still waits for its trial.
        SingleOutputStreamOperator<ModelChange> changes = AsyncDataStream
                .unorderedWait(records, new ModelTrialFunction(preprocessing), NO_TIMEOUT, TimeUnit.SECONDS,
                        ModelTrialFunction.CAPACITY)
                .returns(new EitherTypeInfo<>(RecordTypeInformation.MODEL_CHANGE, RecordTypeInformation.DEAD_LETTER))
                .name("model-trials").uid("model-trials")
                .forceNonParallel()
                .process(new ModelGateFunction(), RecordTypeInformation.MODEL_CHANGE)
                .name("model-gate").uid("model-gate")
                .forceNonParallel();
        return new ModelControl(changes, changes.getSideOutput(DeadLetters.TAG));
    }

    /** Classifies pictures by a model that the changes change. */
    SingleOutputStreamOperator<Classification> classify(
            DataStream<DecodedImage> frames, SwitchingClassifyFunction classify) {
        return frames
                .connect(changes.broadcast(SwitchingClassifyFunction.LATEST_CHANGE))
                .process(classify, RecordTypeInformation.CLASSIFICATION);
    }

    /** Classifies pictures by a model that the changes change, unless they take labels over. */
    SingleOutputStreamOperator<Classification> classify(
            KeyedStream<DecodedImage, String> frames, SwitchingReusingClassifyFunction classify) {
        return frames
                .connect(changes.broadcast(SwitchingClassifyFunction.LATEST_CHANGE))
                .process(classify, RecordTypeInformation.CLASSIFICATION);
    }
}
