package io.flinkvision.job.pipeline;

import io.flinkvision.job.event.DetectionRules;
import io.flinkvision.job.event.HealthRules;
import io.flinkvision.job.operator.DeadLetterOutput;
import io.flinkvision.job.operator.DetectEventsFunction;
import io.flinkvision.job.operator.LabelledFrame;
import io.flinkvision.job.operator.ReadLabelsFunction;
import io.flinkvision.job.operator.RecordTypeInformation;
import io.flinkvision.job.operator.StateOutput;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.StateRecord;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * From labels to events:
 *
 * <pre>
 * labels ─► read-labels ─► event-time ─► detect-events ─► events
 *                └───────► dead-letters         └───────► states
 * </pre>
 *
 * <p>Behind a classify operator it begins at event-time.
 *
 * @param events where the events go
 * @param states where the states go; empty if nobody wants them
 */
public record EventPipeline(Sink<CameraEvent> events, Optional<Sink<StateRecord>> states) {

    public EventPipeline {
        Objects.requireNonNull(events, "events");
        Objects.requireNonNull(states, "states");
    }

    /**
     * Adds the operators of a job of its own to an environment.
     *
     * @param labels the records of the topics of the labels, unread
     * @param deadLetters where those go that hold no labels
     */
    public void addTo(StreamExecutionEnvironment environment, EventsDefinition job, Source<RawRecord, ?, ?> labels,
            Sink<DeadLetter> deadLetters) {
        SingleOutputStreamOperator<RawRecord> records = environment
                .fromSource(labels, WatermarkStrategy.noWatermarks(), "labels", RecordTypeInformation.RAW_RECORD)
                .uid("labels");
        job.find(JobOptions.SOURCE_PARALLELISM).ifPresent(records::setParallelism);
        // As many as the source has, and in its threads: another number would mix up the records of a camera.
        SingleOutputStreamOperator<LabelledFrame> frames = records
                .process(new ReadLabelsFunction(), RecordTypeInformation.LABELLED_FRAME)
                .name("read-labels").uid("read-labels").setParallelism(records.getParallelism());
        frames.getSideOutput(DeadLetterOutput.TAG).sinkTo(deadLetters)
                .name("dead-letters").uid("dead-letters").setParallelism(records.getParallelism());
        addTo(frames, job);
    }

    /** Adds the operators from the frames on. */
    public void addTo(DataStream<LabelledFrame> frames, KafkaJob job) {
        WatermarkStrategy<LabelledFrame> eventTime = WatermarkStrategy
                .<LabelledFrame>forBoundedOutOfOrderness(job.get(JobOptions.EVENTS_OUT_OF_ORDERNESS))
                .withTimestampAssigner((element, before) -> element.frame().time().toEpochMilli())
                .withIdleness(job.get(JobOptions.EVENTS_IDLE_AFTER));
        SingleOutputStreamOperator<CameraEvent> detected = frames.assignTimestampsAndWatermarks(eventTime)
                .name("event-time").uid("event-time").setParallelism(frames.getParallelism())
                .keyBy(LabelledFrame::camera, Types.STRING)
                .process(new DetectEventsFunction(
                                rules(job), job.get(JobOptions.EVENTS_FORGET_AFTER), states.isPresent()),
                        RecordTypeInformation.CAMERA_EVENT)
                .name("detect-events").uid("detect-events");
        detected.sinkTo(events).name("events").uid("events");
        states.ifPresent(sink -> detected.getSideOutput(StateOutput.TAG).sinkTo(sink).name("states").uid("states"));
    }

    static DetectionRules rules(KafkaJob job) {
        return new DetectionRules(job.get(JobOptions.EVENTS_HALF_LIFE), job.get(JobOptions.EVENTS_ENTER),
                job.get(JobOptions.EVENTS_LEAVE), job.get(JobOptions.EVENTS_MINIMUM_DURATION),
                job.get(JobOptions.EVENTS_OFFLINE_AFTER),
                new HealthRules(job.get(JobOptions.EVENTS_TROUBLE_AFTER), job.get(JobOptions.EVENTS_FROZEN_AFTER)));
    }
}
