package io.flinkvision.job.sql;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ImageClassifier;
import io.flinkvision.core.inference.ImageClassifier.Outcome;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Failed;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.operator.BundleLocation.LocalBundle;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.record.PrintableText;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.functions.FunctionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model that the settings of a query name, loaded for one parallel instance of a function. Two settings can name
 * it, both under {@link #NAME}, and the first of them goes before the second:
 *
 * <pre>
 * SET 'pipeline.global-job-parameters' = 'flink-vision.model:"s3://bucket/triage"';
 * SET 'pipeline.cached-files' = 'name:flink-vision.model,path:conf/models/triage';
 * </pre>
 *
 * The one is a folder that every TaskManager reads, on any of Flink's file systems; the other is a folder of the
 * machine that submits the query, and travels with it in Flink's distributed cache.
 */
final class QueryModel implements AutoCloseable {

    /** The job parameter, and the file in the distributed cache. */
    static final String NAME = "flink-vision.model";

    private static final Logger LOG = LoggerFactory.getLogger(QueryModel.class);

    private static final Failed IS_NULL = new Failed(ErrorCode.EMPTY, "The picture is NULL");

    private final ImageClassifier classifier;
    private final Counter imagesClassified;
    private final Counter imagesRejected;
    private Optional<Answer> newest = Optional.empty();

    /**
     * What became of a picture.
     *
     * @param picture a copy of its bytes, since the array may be reused
     * @param topK how many classes were asked for
     */
    private record Answer(byte[] picture, int topK, Outcome outcome) {

        boolean isTo(byte[] otherPicture, int otherTopK) {
            return topK == otherTopK && Arrays.equals(picture, otherPicture);
        }
    }

    private QueryModel(ImageClassifier classifier, MetricGroup metrics) {
        this.classifier = classifier;
        this.imagesClassified = metrics.counter(VisionMetrics.IMAGES_CLASSIFIED);
        this.imagesRejected = metrics.counter(VisionMetrics.IMAGES_REJECTED);
    }

    /**
     * Finds and loads it.
     *
     * @param context the parallel instance's
     * @param function the name of the function that needs it; its metrics are in a group of that name
     * @throws IOException if no setting names a model, or it cannot be read
     */
    static QueryModel load(FunctionContext context, String function) throws IOException {
        long start = System.nanoTime();
        MetricGroup metrics = context.getMetricGroup().addGroup(function);
        try (LocalBundle local = find(context, function)) {
            ModelBundle bundle = local.bundle();
            QueryModel result = new QueryModel(
                    new ImageClassifier(bundle, DecodeLimits.DEFAULTS, Reduction.NONE), metrics);
            metrics.counter(VisionMetrics.MODEL_LOADS).inc();
            TaskInfo task = context.getTaskInfo();
            LOG.info("{} of subtask {} of {} loaded the model {} (SHA-256 {}) in {} ms", function,
                    task.getIndexOfThisSubtask() + 1, task.getNumberOfParallelSubtasks(),
                    PrintableText.escaped(bundle.name()), bundle.digest(), (System.nanoTime() - start) / 1_000_000);
            return result;
        }
    }

    private static LocalBundle find(FunctionContext context, String function) throws IOException {
        String uri = context.getJobParameter(NAME, "");
        if (!uri.isBlank()) {
            return new BundleLocation.Remote(uri).download();
        }
        try {
            return new LocalBundle(ModelBundle.read(context.getCachedFile(NAME).toPath()), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new IOException(function + " has no model. Name its folder before the query: SET"
                    + " 'pipeline.cached-files' = 'name:" + NAME + ",path:conf/models/triage' takes it along from the"
                    + " machine that submits the query, SET 'pipeline.global-job-parameters' = '" + NAME
                    + ":\"s3://bucket/triage\"' lets each TaskManager read it there.", e);
        }
    }

    /**
     * Decodes a picture and returns its most probable classes. The newest picture's are remembered: Flink calls a
     * function anew for each place of a query that takes something of its result, {@code answer.label} and
     * {@code answer.score} for example, with the same arguments one call after another.
     *
     * @param picture a whole file; empty where SQL has NULL
     * @param topK maximum number of classes, at least 1
     */
    Outcome classify(Optional<byte[]> picture, int topK) {
        if (picture.isEmpty()) {
            return counted(IS_NULL);
        }
        byte[] bytes = picture.get();
        if (newest.isEmpty() || !newest.get().isTo(bytes, topK)) {
            newest = Optional.of(new Answer(bytes.clone(), topK, counted(classifier.classify(bytes, topK))));
        }
        return newest.get().outcome();
    }

    private Outcome counted(Outcome outcome) {
        (outcome instanceof Failed ? imagesRejected : imagesClassified).inc();
        return outcome;
    }

    /** Releases the network and the decoder; a second call does nothing. */
    @Override
    public void close() {
        classifier.close();
    }
}
