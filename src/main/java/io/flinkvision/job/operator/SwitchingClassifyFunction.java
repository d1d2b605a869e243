package io.flinkvision.job.operator;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.PrintableText;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.CoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.function.SerializableSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classify operator of a job whose model can be changed while it runs: as {@link ClassifyFunction}, and on a
 * {@link ModelChange}, which must be broadcast, each subtask loads the new network beside the old one, switches to it
 * between two pictures, and releases the old one. Pictures wait meanwhile.
 *
 * <p>The choice is broadcast state, so it survives a restart. A subtask that cannot load what the gate could keeps the
 * model that it has, sets the gauge {@link VisionMetrics#MODEL_BEHIND}, and retries before later pictures: after
 * {@link #FIRST_PAUSE}, then with a doubled pause each time, and never so soon that the attempts take more than a tenth
 * of its time. After {@link #MAX_ATTEMPTS} the task fails. A subtask that starts, and cannot load the choice, fails at
 * once: so no subtask stays on another model than the others.
 *
 * <p>A function with two inputs rather than Flink's BroadcastProcessFunction, because that needs another class for
 * keyed pictures. Only the pictures may be keyed; changes touch no keyed state.
 */
public final class SwitchingClassifyFunction extends CoProcessFunction<DecodedImage, ModelChange, Classification>
        implements CheckpointedFunction {

    /**
     * The latest change, under the digest of the weights that the job was submitted with. A job that is submitted with
     * another model from a savepoint finds nothing there, so the later of the two decisions counts.
     */
    static final MapStateDescriptor<String, ModelChange> LATEST_CHANGE =
            new MapStateDescriptor<>("latest-model-change", Types.STRING, RecordTypeInformation.MODEL_CHANGE);

    /** From the first failed attempt to the next. */
    static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

    /** Attempts to load the choice before the task fails. */
    static final int MAX_ATTEMPTS = 5;

    private static final int PAUSES_PER_ATTEMPT = 9;

    private static final long serialVersionUID = 5L;

    private static final Logger LOG = LoggerFactory.getLogger(SwitchingClassifyFunction.class);

    private final ClassifierSettings settings;
    private final Preprocessing preprocessing;
    private final ReuseStrategy reuse;
    private final SerializableSupplier<Long> nanoTime;

    private transient BroadcastState<String, ModelChange> latestChange;
    private transient SubtaskClassifier classifier;
    private transient Counter modelChanges;
    private transient Counter modelChangesFailed;
    private transient Optional<Retry> retry;

    /** Read by the reporters' threads. */
    private transient volatile boolean behind;

    /**
     * A change that could not be made yet.
     *
     * @param attempts those that failed
     * @param atNanos when to try again
     */
    private record Retry(ModelChange change, int attempts, long atNanos) {}

    /**
     * @param settings the model that the job was submitted with, and how models are used
     * @param preprocessing of the job's decode operator
     * @param reuse which pictures are not classified; {@link UnchangedFrames} needs keyed pictures
     */
    public SwitchingClassifyFunction(
            ClassifierSettings settings, Preprocessing preprocessing, ReuseStrategy reuse) {
        this(settings, preprocessing, reuse, System::nanoTime);
    }

    /** @param nanoTime a monotonic clock */
    SwitchingClassifyFunction(ClassifierSettings settings, Preprocessing preprocessing, ReuseStrategy reuse,
            SerializableSupplier<Long> nanoTime) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.preprocessing = Objects.requireNonNull(preprocessing, "preprocessing");
        this.reuse = Objects.requireNonNull(reuse, "reuse");
        this.nanoTime = nanoTime;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        latestChange = context.getOperatorStateStore().getBroadcastState(LATEST_CHANGE);
    }

    /** The state is Flink's, and up to date. */
    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public void open(OpenContext context) throws Exception {
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        modelChanges = metrics.counter(VisionMetrics.MODEL_CHANGES);
        modelChangesFailed = metrics.counter(VisionMetrics.MODEL_CHANGES_FAILED);
        metrics.gauge(VisionMetrics.MODEL_BEHIND, (Gauge<Integer>) () -> behind ? 1 : 0);
        retry = Optional.empty();
        classifier = new SubtaskClassifier(getRuntimeContext(), settings.topK(), settings.guard());
        loadFirst(restoredChange().orElse(new ModelChange(Optional.empty())));
        reuse.open(getRuntimeContext());
    }

    /** @throws IOException if the model cannot be loaded; there is no other that the other subtasks have too */
    private void loadFirst(ModelChange change) throws IOException {
        try {
            load(change);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            if (change.choice().isEmpty() || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            modelChangesFailed.inc();
            throw new IOException("Subtask " + subtask() + " cannot load the model that was chosen, and so does not"
                    + " start: put the bundle back at " + change.choice().get().bundle() + ", or submit the job with"
                    + " another model.bundle from its last checkpoint or savepoint. " + e.getMessage(), e);
        }
    }

    private Optional<ModelChange> restoredChange() throws Exception {
        ModelChange change = latestChange.get(settings.submittedDigest());
        if (change == null && latestChange.immutableEntries().iterator().hasNext()) {
            LOG.warn("The model that was chosen before no longer counts, since the job has been submitted with another"
                    + " one (SHA-256 {})", settings.submittedDigest());
            latestChange.clear();
        }
        return Optional.ofNullable(change);
    }

    @Override
    public void processElement1(DecodedImage image, Context context, Collector<Classification> out) throws Exception {
        catchUp();
        reuse.label(image, context.timestamp(), classifier, letter -> context.output(DeadLetterOutput.TAG, letter))
                .ifPresent(answer -> {
                    out.collect(answer);
                    context.output(AnsweredPicture.TAG, new AnsweredPicture(answer, image.source()));
                });
    }

    @Override
    public void processElement2(ModelChange change, Context context, Collector<Classification> out) throws Exception {
        latestChange.put(settings.submittedDigest(), change);
        make(change, 1);
    }

    /** Retries the change that failed once its pause is over. */
    private void catchUp() throws IOException {
        if (retry.isPresent() && nanoTime.get() - retry.get().atNanos() >= 0) {
            make(retry.get().change(), retry.get().attempts() + 1);
            if (!behind) {
                LOG.info("Subtask {} has caught up with the model that was chosen", subtask());
            }
        }
    }

    /**
     * Loads the model of a change.
     *
     * @param attempt counted from 1
     * @throws IOException if this was the last attempt, or the task is cancelled meanwhile
     */
    private void make(ModelChange change, int attempt) throws IOException {
        long start = nanoTime.get();
        try {
            load(change);
            retry = Optional.empty();
            behind = false;
            modelChanges.inc();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            modelChangesFailed.inc();
            behind = true;
            failed(change, attempt, nanoTime.get() - start, e);
        }
    }

    private void failed(ModelChange change, int attempt, long nanos, Throwable cause) throws IOException {
        if (attempt >= MAX_ATTEMPTS) {
            throw new IOException("Subtask " + subtask() + " could not load the model that was chosen in "
                    + MAX_ATTEMPTS + " attempts, and fails, so that it does not stay on another one than the other"
                    + " subtasks: " + cause.getMessage(), cause);
        }
        long wait = Math.max(FIRST_PAUSE.toNanos() << attempt - 1, PAUSES_PER_ATTEMPT * nanos);
        retry = Optional.of(new Retry(change, attempt, nanoTime.get() + wait));
        LOG.error("Subtask {} cannot load the model that was chosen, and continues with the one of SHA-256 {}, unlike"
                + " the subtasks that could; it retries in {} s, and fails after {} attempts, of which this was the"
                + " {}.: {}", subtask(), classifier.digest().orElse(settings.submittedDigest()),
                Duration.ofNanos(wait).toSeconds(), MAX_ATTEMPTS, attempt, PrintableText.escaped(cause.toString()));
        LOG.debug("The cause", cause);
    }

    private void load(ModelChange change) throws IOException {
        classifier.load(() -> change.choice().isPresent()
                ? LoadedModel.chosen(change.choice().get(), preprocessing,
                        settings.device().of(getRuntimeContext()), settings.regions())
                : settings.loadSubmitted(getRuntimeContext()));
    }

    private int subtask() {
        return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() + 1;
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
