package io.flinkvision.job.pipeline;

import io.flinkvision.job.operator.CompareFunction;
import io.flinkvision.job.operator.RecordTypeInformation;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.ModelComparison;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * From the pictures that the model and its shadow have classified to the comparison of each camera:
 *
 * <pre>
 * classify ─► compare ─► comparisons
 * </pre>
 *
 * @param topic where the comparisons go
 */
public record ComparisonPipeline(Sink<ModelComparison> topic) {

    /** Adds the operators behind the classify operator. Pictures themselves go no further. */
    void addTo(SingleOutputStreamOperator<Classification> classified) {
        classified.getSideOutput(CompareFunction.TAG)
                .keyBy(CompareFunction.BY_CAMERA, Types.STRING)
                .process(new CompareFunction(), RecordTypeInformation.MODEL_COMPARISON)
                .name("compare").uid("compare").setParallelism(classified.getParallelism())
                .sinkTo(topic)
                .name("comparisons").uid("comparisons").setParallelism(classified.getParallelism());
    }
}
