package io.flinkvision.job.pipeline;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.operator.Classification;
import io.flinkvision.job.operator.ClassifierSettings;
import io.flinkvision.job.operator.ClassifyFunction;
import io.flinkvision.job.operator.DeadLetters;
import io.flinkvision.job.operator.DecodeFunction;
import io.flinkvision.job.operator.DecodedImage;
import io.flinkvision.job.operator.InOrder;
import io.flinkvision.job.operator.LabelledFrame;
import io.flinkvision.job.operator.RecordTypeInformation;
import io.flinkvision.job.operator.ReusingClassifyFunction;
import io.flinkvision.job.operator.SwitchingClassifyFunction;
import io.flinkvision.job.operator.SwitchingReusingClassifyFunction;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job's graph:
 *
 * <pre>
 * images ─► decode ─► classify ─► labels
 *              └──────────┴─────► dead-letters
 * </pre>
 *
 * <p>With {@code skip-unchanged}, classify is keyed by the camera, and so never in decode's thread.
 *
 * <p>{@link ModelControl} is what a job has besides, whose model can be changed while it runs. Where the job file asks
 * for events, {@link EventPipeline} follows on classify.
 *
 * @param images where the pictures come from
 * @param modelChoices where the choices of another model come from; empty where the model stays
 * @param labels where the labels go
 * @param deadLetters where the records go that got no label
 * @param events what follows on the labels, where the job file asks for it
 */
public record ClassifyPipeline(
        Source<RawRecord, ?, ?> images,
        Optional<Source<RawRecord, ?, ?>> modelChoices,
        Sink<Classification> labels,
        Sink<DeadLetter> deadLetters,
        Optional<EventPipeline> events) {

    private static final Logger LOG = LoggerFactory.getLogger(ClassifyPipeline.class);

    /**
     * Adds the operators to an environment.
     *
     * @param bundle the model that the job is submitted with
     * @param location where the TaskManagers find that model
     */
    public void addTo(StreamExecutionEnvironment environment, JobDefinition job, ModelBundle bundle, BundleLocation location) {
        LOG.info("{}", JobSummary.of(job, bundle));
        DecodeFunction decode = new DecodeFunction(job.decode().limits(), bundle.preprocessing(),
                job.decode().reduction(), job.decode().value(), job.decode().referencePrefixes(), job.ageLimit(),
                job.guard());
        Optional<ModelControl> control =
                modelChoices.map(choices -> ModelControl.addTo(environment, choices, bundle.preprocessing()));

        SingleOutputStreamOperator<RawRecord> records = environment
                .fromSource(images, WatermarkStrategy.noWatermarks(), "images", RecordTypeInformation.RAW_RECORD)
                .uid("images");
        job.source().parallelism().ifPresent(records::setParallelism);

        SingleOutputStreamOperator<DecodedImage> decoded = InOrder
                .pass(records, job.decode().parallelism().orElse(environment.getParallelism()), image -> image)
                .process(decode, RecordTypeInformation.DECODED_IMAGE)
                .name("decode").uid("decode");
        job.decode().parallelism().ifPresent(decoded::setParallelism);

        SingleOutputStreamOperator<Classification> classified = classify(decoded, control, job, bundle,
                new ClassifierSettings(location, bundle.digest(), job.model().device(), job.model().topK(),
                        job.guard()))
                .name("classify").uid("classify");
        job.model().parallelism().ifPresent(classified::setParallelism);

        classified.sinkTo(labels)
                .name("labels").uid("labels").setParallelism(classified.getParallelism());
        DataStream<DeadLetter> letters =
                decoded.getSideOutput(DeadLetters.TAG).union(classified.getSideOutput(DeadLetters.TAG));
        control.map(it -> letters.union(it.refused())).orElse(letters)
                .sinkTo(deadLetters)
                .name("dead-letters").uid("dead-letters").setParallelism(decoded.getParallelism());
        events.ifPresent(pipeline -> pipeline.addTo(
                classified.map(LabelledFrame::of, RecordTypeInformation.LABELLED_FRAME)
                        .name("labelled-frames").uid("labelled-frames").setParallelism(classified.getParallelism()),
                job.events().orElseThrow()));
    }

    /**
     * One of four operators. Where labels are taken over, the frames come by their cameras' keys; where not, in the
     * decoder's own thread if that can be.
     */
    private static SingleOutputStreamOperator<Classification> classify(DataStream<DecodedImage> decoded,
            Optional<ModelControl> control, JobDefinition job, ModelBundle bundle, ClassifierSettings settings) {
        if (job.skipUnchanged().isPresent()) {
            ReuseRule rule = job.skipUnchanged().get();
            KeyedStream<DecodedImage, String> cameras = InOrder.byCamera(decoded);
            return control.isPresent()
                    ? control.get().classify(cameras,
                            new SwitchingReusingClassifyFunction(settings, bundle.preprocessing(), rule))
                    : cameras.process(new ReusingClassifyFunction(settings, rule), RecordTypeInformation.CLASSIFICATION);
        }
        DataStream<DecodedImage> passed = InOrder.pass(decoded,
                job.model().parallelism().orElse(decoded.getExecutionEnvironment().getParallelism()),
                DecodedImage::source);
        return control.isPresent()
                ? control.get().classify(passed, new SwitchingClassifyFunction(settings, bundle.preprocessing()))
                : passed.process(new ClassifyFunction(settings), RecordTypeInformation.CLASSIFICATION);
    }
}
