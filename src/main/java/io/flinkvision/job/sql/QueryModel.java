package io.flinkvision.job.sql;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.PictureDigest;
import io.flinkvision.job.guard.Verdict;
import io.flinkvision.job.operator.BundleLocation.LocalBundle;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.sql.PictureAnswer.Refused;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.functions.FunctionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model of a query, loaded for one parallel instance of a function, with its metrics and its crash guard. In SQL
 * nobody knows which record a picture comes from, so the guard knows a picture by its bytes.
 */
final class QueryModel implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QueryModel.class);

    /** Of the notes; letters only. */
    private static final String OPERATOR = "sql";

    private static final Refused IS_NULL = new Refused(ErrorCode.EMPTY, "The picture is NULL");

    private final PictureModel model;
    private final CrashGuard guard;
    private final Counter imagesClassified;
    private final Counter imagesRejected;
    private Optional<Newest> newest = Optional.empty();

    /** The newest picture, how many labels were asked for, and its answer. */
    private record Newest(PictureDigest picture, int topK, PictureAnswer answer) {

        boolean isOf(PictureDigest otherPicture, int otherTopK) {
            return topK == otherTopK && picture.equals(otherPicture);
        }
    }

    private QueryModel(PictureModel model, CrashGuard guard, MetricGroup metrics) {
        this.model = model;
        this.guard = guard;
        this.imagesClassified = metrics.counter(VisionMetrics.IMAGES_CLASSIFIED);
        this.imagesRejected = metrics.counter(VisionMetrics.IMAGES_REJECTED);
    }

    /**
     * Loads the model that the settings of a query name, for {@code CLASSIFY} and {@code CLASSIFY_TOP}.
     *
     * @param function the name of the function that needs it
     * @throws IOException if no setting names a model, or it cannot be read
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    static QueryModel load(FunctionContext context, String function) throws IOException, InterruptedException {
        return load(context, ModelSettings.ofQuery(context, function), context.getMetricGroup().addGroup(function));
    }

    /**
     * Loads a model.
     *
     * @param context the parallel instance's
     * @param metrics the group of its metrics
     * @throws IOException if the bundle or the head cannot be read
     * @throws io.flinkvision.core.weights.ModelException if the head does not fit the network
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    static QueryModel load(FunctionContext context, ModelSettings settings, MetricGroup metrics)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        CrashGuard guard = CrashGuard.open(settings.guard(), OPERATOR);
        try (LocalBundle local = settings.bundle().bundle(context)) {
            ModelBundle bundle = local.bundle();
            Optional<Head> head = settings.question().labels() instanceof LabelSource.OfHead named
                    ? Optional.of(named.file().head(context))
                    : Optional.empty();
            PictureModel model = new PictureModel(bundle, head, settings.question(), settings.formats());
            QueryModel result = new QueryModel(model, guard, metrics);
            metrics.counter(VisionMetrics.MODEL_LOADS).inc();
            TaskInfo task = context.getTaskInfo();
            LOG.info("{} of subtask {} of {} loaded the model {} (SHA-256 {}){} in {} ms", settings.name(),
                    task.getIndexOfThisSubtask() + 1, task.getNumberOfParallelSubtasks(),
                    PrintableText.escaped(bundle.name()), bundle.digest(),
                    head.map(taught -> " with the head " + PrintableText.escaped(taught.toString())).orElse(""),
                    (System.nanoTime() - start) / 1_000_000);
            return result;
        } catch (Throwable e) {
            guard.close();
            throw e;
        }
    }

    /**
     * Decodes a picture and answers. The newest answer is remembered: Flink calls a function anew for each place of a
     * query that takes something of its result, {@code answer.label} and {@code answer.score} for example, with the
     * same arguments one call after another.
     *
     * @param picture a whole file; empty where SQL has NULL
     * @param topK maximum number of labels, at least 1
     * @throws InterruptedException if the task is cancelled before the picture is decoded
     */
    PictureAnswer answer(Optional<byte[]> picture, int topK) throws InterruptedException {
        if (picture.isEmpty()) {
            return counted(IS_NULL);
        }
        byte[] bytes = picture.get();
        PictureDigest digest = PictureDigest.of(bytes);
        if (newest.isEmpty() || !newest.get().isOf(digest, topK)) {
            newest = Optional.of(new Newest(digest, topK, counted(guarded(digest, () -> model.answer(bytes, topK)))));
        }
        return newest.get().answer();
    }

    /** What there is no memory for may find some while the other subtasks hold no picture. */
    private PictureAnswer guarded(PictureDigest picture, Supplier<PictureAnswer> call) throws InterruptedException {
        Optional<Verdict> verdict = guard.verdict(picture);
        if (verdict.isPresent()) {
            Rejected reason = DeadLetter.reason(verdict.get());
            return new Refused(reason.code(), reason.message());
        }
        PictureAnswer answer = guard.call(picture, call);
        return answer instanceof Refused refused && refused.code() == ErrorCode.OUT_OF_MEMORY
                ? guard.callAlone(picture, call)
                : answer;
    }

    private PictureAnswer counted(PictureAnswer answer) {
        (answer instanceof Refused ? imagesRejected : imagesClassified).inc();
        return answer;
    }

    /** Releases the network and the decoder; a second call does nothing. */
    @Override
    public void close() {
        try {
            guard.close();
        } finally {
            model.close();
        }
    }
}
