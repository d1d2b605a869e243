package io.flinkvision.job.pipeline;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.operator.ClassifierSettings;
import io.flinkvision.job.operator.ClassifyFunction;
import io.flinkvision.job.operator.DeadLetterOutput;
import io.flinkvision.job.operator.DecodeFunction;
import io.flinkvision.job.operator.DecodeSettings;
import io.flinkvision.job.operator.DecodedImage;
import io.flinkvision.job.operator.FirstReading;
import io.flinkvision.job.operator.HeadGateFunction;
import io.flinkvision.job.operator.InOrder;
import io.flinkvision.job.operator.LabelledFrame;
import io.flinkvision.job.operator.ModelGateFunction;
import io.flinkvision.job.operator.ModelTrialFunction;
import io.flinkvision.job.operator.Previewing;
import io.flinkvision.job.operator.RecordTypeInformation;
import io.flinkvision.job.operator.ReuseStrategy;
import io.flinkvision.job.operator.SwitchingClassifyFunction;
import io.flinkvision.job.operator.SwitchingDecodeFunction;
import io.flinkvision.job.operator.UnchangedFrames;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ModelChange;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.region.RegionChange;
import io.flinkvision.job.region.Regions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classify job's graph:
 *
 * <pre>
 * images ─► decode ─► classify ─► labels
 *              └──────────┴─────► dead-letters
 * </pre>
 *
 * <p>Images are the records of the input topics, or the frames of cameras that the job reads itself.
 *
 * <p>With {@code skip-unchanged}, decode and classify are keyed by camera, and so decode is never in the thread of the
 * images' source. With a control topic, classify has a second input, and is never in decode's thread:
 *
 * <pre>
 * model-choices ─► model-trials ─► model-gate ─► (every subtask of) classify
 *                                      └───────► dead-letters
 * </pre>
 *
 * <p>With a heads topic, decode has a second input, and so is not in the thread of the images' source:
 *
 * <pre>
 * heads ─► head-gate ─► (every subtask of) decode
 *              └──────► dead-letters
 * </pre>
 *
 * <p>If the job file asks for events, {@link EventPipeline} follows on classify, and {@link PicturePipeline} if it asks
 * for pictures; {@link ComparisonPipeline} if there may be a shadow.
 *
 * @param images source of the pictures
 * @param modelChoices source of the choices of another model; empty without a control topic
 * @param heads the declarations of regions; empty without a heads topic
 * @param labels sink of the labels
 * @param deadLetters sink of the records that got no label
 * @param events what follows on the labels, if the job file asks for it
 * @param pictures likewise
 * @param comparisons likewise, of the model and its shadow
 */
public record ClassifyPipeline(
        Source<RawRecord, ?, ?> images,
        Optional<Source<RawRecord, ?, ?>> modelChoices,
        Optional<HeadsTopic> heads,
        Sink<Classification> labels,
        Sink<DeadLetter> deadLetters,
        Optional<EventPipeline> events,
        Optional<PicturePipeline> pictures,
        Optional<ComparisonPipeline> comparisons) {

    private static final Logger LOG = LoggerFactory.getLogger(ClassifyPipeline.class);

    /** The topics of choices and of heads are nearly always idle, and must not hold back the watermarks of the job. */
    private static final Duration IDLENESS = Duration.ofSeconds(1);

    private static final long NO_TIMEOUT = 0;

    /**
     * The topic that declares regions and their heads.
     *
     * @param declarations its records, from the first one
     * @param existing reads those that there are when a task starts
     */
    public record HeadsTopic(Source<RawRecord, ?, ?> declarations, FirstReading existing) {}

    /**
     * Adds the operators to an environment.
     *
     * @param bundle the model that the job is submitted with
     * @param location where the TaskManagers find that model
     */
    public void addTo(
            StreamExecutionEnvironment environment, JobDefinition job, ModelBundle bundle, BundleLocation location) {
        LOG.info("{}", job.summary(bundle));
        Optional<SingleOutputStreamOperator<ModelChange>> changes =
                modelChoices.map(choices -> changes(environment, choices, job, bundle.preprocessing()));
        Optional<Backbone> backbone = job.backbone(bundle);
        DecodeSettings decodeSettings =
                decodeSettings(job, bundle.preprocessing(), backbone.map(job::regions).orElse(Regions.NONE));
        Optional<SingleOutputStreamOperator<RegionChange>> regionChanges = heads.map(topic ->
                regionChanges(environment, topic, decodeSettings.regions(), backbone.orElseThrow()));

        SingleOutputStreamOperator<RawRecord> records = environment
                .fromSource(images, WatermarkStrategy.noWatermarks(), "images", RecordTypeInformation.RAW_RECORD)
                .uid("images");
        job.find(JobOptions.SOURCE_PARALLELISM).ifPresent(records::setParallelism);

        int decodeParallelism = job.find(JobOptions.DECODE_PARALLELISM).orElse(environment.getParallelism());
        SingleOutputStreamOperator<DecodedImage> decoded = decode(
                job.skipUnchanged().isPresent()
                        ? InOrder.byCamera(records, image -> image)
                        : InOrder.pass(records, decodeParallelism, image -> image),
                regionChanges, decodeSettings, backbone)
                .name("decode").uid("decode");
        job.find(JobOptions.DECODE_PARALLELISM).ifPresent(decoded::setParallelism);

        int modelParallelism = job.find(JobOptions.MODEL_PARALLELISM).orElse(environment.getParallelism());
        SingleOutputStreamOperator<Classification> classified = classify(
                job.skipUnchanged().isPresent()
                        ? byCamera(decoded, changes.isEmpty() && decodeParallelism == modelParallelism)
                        : InOrder.pass(decoded, modelParallelism, DecodedImage::source),
                changes, job, bundle, location, decodeSettings)
                .name("classify").uid("classify");
        job.find(JobOptions.MODEL_PARALLELISM).ifPresent(classified::setParallelism);

        classified.sinkTo(labels)
                .name("labels").uid("labels").setParallelism(classified.getParallelism());
        DataStream<DeadLetter> letters =
                decoded.getSideOutput(DeadLetterOutput.TAG).union(classified.getSideOutput(DeadLetterOutput.TAG));
        Stream.of(changes, regionChanges)
                .flatMap(Optional::stream)
                .<DataStream<DeadLetter>>map(gate -> gate.getSideOutput(DeadLetterOutput.TAG))
                .reduce(letters, DataStream::union)
                .sinkTo(deadLetters)
                .name("dead-letters").uid("dead-letters").setParallelism(decoded.getParallelism());
        comparisons.ifPresent(pipeline -> pipeline.addTo(classified));
        pictures.ifPresent(pipeline -> pipeline.addTo(classified, job));
        events.ifPresent(pipeline -> pipeline.addTo(
                classified.flatMap(LabelledFrame::collect, RecordTypeInformation.LABELLED_FRAME)
                        .name("labelled-frames").uid("labelled-frames").setParallelism(classified.getParallelism()),
                job));
    }

    private static DecodeSettings decodeSettings(JobDefinition job, Preprocessing preprocessing, Regions regions) {
        return new DecodeSettings(job.decodeLimits(), preprocessing, job.get(JobOptions.DECODE_REDUCED),
                job.readsCameras() ? new ValueEncoding.Bytes() : job.get(JobOptions.SOURCE_VALUE),
                job.get(JobOptions.DECODE_REFERENCE_PREFIXES), job.ageLimit(), regions,
                job.get(JobOptions.MODEL_WHOLE_PICTURE), job.guard(),
                job.get(JobOptions.DECODE_VIEW_STATISTICS) ? Measuring.STATISTICS : Measuring.NOTHING,
                job.skipUnchanged().<Previewing>map(Previewing.ByCamera::new).orElse(Previewing.NONE));
    }

    /** @param inOneThread whether the next operator can be in that of the last one */
    private static DataStream<DecodedImage> byCamera(
            SingleOutputStreamOperator<DecodedImage> decoded, boolean inOneThread) {
        return inOneThread
                ? InOrder.stillByCamera(decoded, DecodedImage::source)
                : InOrder.byCamera(decoded, DecodedImage::source);
    }

    private SingleOutputStreamOperator<DecodedImage> decode(DataStream<RawRecord> records,
            Optional<SingleOutputStreamOperator<RegionChange>> changes, DecodeSettings settings,
            Optional<Backbone> backbone) {
        return changes.isPresent()
                ? records.connect(changes.get().broadcast())
                        .process(new SwitchingDecodeFunction(
                                        settings, backbone.orElseThrow(), heads.orElseThrow().existing()),
                                RecordTypeInformation.DECODED_IMAGE)
                : records.process(new DecodeFunction(settings), RecordTypeInformation.DECODED_IMAGE);
    }

    /** @param images keyed by camera with {@code skip-unchanged}, and only then */
    private static SingleOutputStreamOperator<Classification> classify(DataStream<DecodedImage> images,
            Optional<SingleOutputStreamOperator<ModelChange>> changes, JobDefinition job, ModelBundle bundle,
            BundleLocation location, DecodeSettings decoding) {
        ClassifierSettings settings = new ClassifierSettings(
                location, bundle.digest(), job.get(JobOptions.MODEL_DEVICE), job.hasRegions(),
                job.get(JobOptions.MODEL_TOP_K), job.guard(), decoding.ofSinglePictures());
        ReuseStrategy reuse = job.skipUnchanged().<ReuseStrategy>map(UnchangedFrames::new).orElse(ReuseStrategy.NONE);
        return changes.isPresent()
                ? images.connect(changes.get().broadcast())
                        .process(new SwitchingClassifyFunction(settings, bundle.preprocessing(), reuse),
                                RecordTypeInformation.CLASSIFICATION)
                : images.process(new ClassifyFunction(settings, reuse), RecordTypeInformation.CLASSIFICATION);
    }

    /** The accepted declarations. Source and gate have one subtask each, since the regions of a job are bounded. */
    private static SingleOutputStreamOperator<RegionChange> regionChanges(StreamExecutionEnvironment environment,
            HeadsTopic topic, Regions ofTheJobFile, Backbone backbone) {
        return declarations(environment, topic.declarations(), "heads")
                .process(new HeadGateFunction(backbone,
                                ofTheJobFile.all().stream().map(Region::key).toList(), topic.existing()),
                        RecordTypeInformation.REGION_CHANGE)
                .name("head-gate").uid("head-gate")
                .forceNonParallel();
    }

    /** A topic with a record now and then. */
    private static DataStream<RawRecord> declarations(
            StreamExecutionEnvironment environment, Source<RawRecord, ?, ?> source, String name) {
        return environment
                .fromSource(source, WatermarkStrategy.<RawRecord>noWatermarks().withIdleness(IDLENESS), name,
                        RecordTypeInformation.RAW_RECORD)
                .uid(name)
                .forceNonParallel();
    }

    /** The accepted choices. Source, trials and gate have one subtask each, since there is one latest choice. */
    private static SingleOutputStreamOperator<ModelChange> changes(StreamExecutionEnvironment environment,
            Source<RawRecord, ?, ?> choices, JobDefinition job, Preprocessing preprocessing) {
        DataStream<RawRecord> records = declarations(environment, choices, "model-choices");
        // Unordered, since the trials end in the order of the choices anyway. They have a time limit of their own: the
        // operator's would start while a choice still waits for its trial.
        return AsyncDataStream
                .unorderedWait(records, new ModelTrialFunction(preprocessing, job.hasRegions(),
                                job.find(JobOptions.MODEL_COMPARISONS_TOPIC).isPresent()), NO_TIMEOUT,
                        TimeUnit.SECONDS, ModelTrialFunction.CAPACITY)
                .returns(new EitherTypeInfo<>(RecordTypeInformation.MODEL_CHANGE, RecordTypeInformation.DEAD_LETTER))
                .name("model-trials").uid("model-trials")
                .forceNonParallel()
                .process(new ModelGateFunction(), RecordTypeInformation.MODEL_CHANGE)
                .name("model-gate").uid("model-gate")
                .forceNonParallel();
    }
}
