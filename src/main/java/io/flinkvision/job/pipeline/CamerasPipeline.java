package io.flinkvision.job.pipeline;

import io.flinkvision.job.operator.RecordTypeInformation;
import io.flinkvision.job.record.RawRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The cameras job's graph, {@code cameras ─► images}: one chain per subtask and nothing between the subtasks, so that
 * the failure of one restarts only its own.
 *
 * @param cameras source of the pictures
 * @param images sink of the pictures
 */
public record CamerasPipeline(Source<RawRecord, ?, ?> cameras, Sink<RawRecord> images) {

    /** Adds the operators to an environment. */
    public void addTo(StreamExecutionEnvironment environment) {
        DataStreamSource<RawRecord> frames = environment.fromSource(
                cameras, WatermarkStrategy.noWatermarks(), "cameras", RecordTypeInformation.RAW_RECORD);
        frames.uid("cameras");
        frames.sinkTo(images).name("images").uid("images").setParallelism(frames.getParallelism());
    }
}
