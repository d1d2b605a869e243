package io.flinkvision.job.operator;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import io.flinkvision.job.record.ModelChange;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.PrintableText;
import java.io.IOException;
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
 * The classify operator of a job whose model can be changed while it runs: as {@link ClassifyFunction}, and each subtask
 * makes a {@link ModelChange}, which must be broadcast, between two pictures:
 *
 * <ul>
 *   <li>A replacement loads the new network beside the old one, switches to it, and releases the old one.
 *   <li>A trial loads a candidate, which stays beside the current model: a shadow classifies a sample of the pictures
 *       once more, for the side output {@link CompareFunction#TAG}; a canary labels the pictures of its cameras.
 * </ul>
 *
 * <p>Pictures wait while a network is loaded. The latest replacement and the candidate are broadcast state, so they
 * survive a restart. A subtask that cannot load what the gate could keeps the model that it has, sets the gauge
 * {@link VisionMetrics#MODEL_BEHIND}, and retries before later pictures ({@link LoadAttempts}); after the last attempt
 * the task fails. A subtask that starts, and cannot load the choice, fails at once: so no subtask labels by another model
 * than the others. A shadow labels nothing, so a subtask that cannot load it goes on without it.
 *
 * <p>A function with two inputs rather than Flink's BroadcastProcessFunction, because that needs another class for
 * keyed pictures. Only the pictures may be keyed; changes touch no keyed state.
 */
public final class SwitchingClassifyFunction extends CoProcessFunction<DecodedImage, ModelChange, Classification>
        implements CheckpointedFunction {

    /**
     * The latest replacement, under the digest of the weights that the job was submitted with. A job that is submitted
     * with another model from a savepoint finds nothing there, so the later of the two decisions counts.
     */
    static final MapStateDescriptor<String, ModelChange> LATEST_CHANGE =
            new MapStateDescriptor<>("latest-model-change", Types.STRING, RecordTypeInformation.MODEL_CHANGE);

    /** The trial of a candidate, under the same digest; nothing there without a candidate. */
    static final MapStateDescriptor<String, ModelChange> TRIAL =
            new MapStateDescriptor<>("model-trial", Types.STRING, RecordTypeInformation.MODEL_CHANGE);

    private static final long serialVersionUID = 7L;

    private static final Logger LOG = LoggerFactory.getLogger(SwitchingClassifyFunction.class);

    private final ClassifierSettings settings;
    private final Preprocessing preprocessing;
    private final ReuseStrategy reuse;
    private final SerializableSupplier<Long> nanoTime;

    private transient BroadcastState<String, ModelChange> latestChange;
    private transient BroadcastState<String, ModelChange> trial;
    private transient SubtaskClassifier classifier;
    private transient Counter modelChanges;
    private transient LoadAttempts modelAttempts;
    private transient LoadAttempts candidateAttempts;

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
        trial = context.getOperatorStateStore().getBroadcastState(TRIAL);
    }

    /** The state is Flink's, and up to date. */
    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public void open(OpenContext context) throws Exception {
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        modelChanges = metrics.counter(VisionMetrics.MODEL_CHANGES);
        Counter failures = metrics.counter(VisionMetrics.MODEL_CHANGES_FAILED);
        modelAttempts = new LoadAttempts("the model that was chosen", subtask(), failures, nanoTime::get);
        candidateAttempts = new LoadAttempts("the candidate", subtask(), failures, nanoTime::get);
        metrics.gauge(VisionMetrics.MODEL_BEHIND,
                (Gauge<Integer>) () -> modelAttempts.isBehind() || candidateAttempts.isBehind() ? 1 : 0);
        classifier = new SubtaskClassifier(getRuntimeContext(), settings);
        metrics.gauge(VisionMetrics.CANDIDATES, (Gauge<Integer>) () -> classifier.hasCandidate() ? 1 : 0);
        forgetOtherSubmissions();
        if (latestChange.get(settings.submittedDigest()) instanceof Replacement replacement
                && replacement.choice().isPresent()) {
            loadFirst(replacement.choice().get(), failures, () -> load(replacement));
        } else {
            load(Replacement.BY_THE_SUBMITTED);
        }
        if (trial.get(settings.submittedDigest()) instanceof Trial restored) {
            ModelCandidate candidate = restored.candidate();
            if (candidate.mode() == Mode.CANARY) {
                loadFirst(candidate.choice(), failures, () -> load(candidate));
            } else {
                candidateAttempts.start(() -> load(candidate));
            }
        }
        reuse.open(getRuntimeContext());
    }

    /** @throws IOException if the model cannot be loaded; there is no other that the other subtasks have too */
    private void loadFirst(ModelChoice choice, Counter failures, LoadAttempts.Load load) throws IOException {
        try {
            load.load();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            failures.inc();
            throw new IOException("Subtask " + subtask() + " cannot load the model that was chosen, and so does not"
                    + " start: put the bundle back at " + choice.bundle() + ", or submit the job with"
                    + " another model.bundle from its last checkpoint or savepoint. " + e.getMessage(), e);
        }
    }

    private void forgetOtherSubmissions() throws Exception {
        if (latestChange.contains(settings.submittedDigest()) || trial.contains(settings.submittedDigest())) {
            return;
        }
        if (latestChange.immutableEntries().iterator().hasNext() || trial.immutableEntries().iterator().hasNext()) {
            LOG.warn("The model that was chosen before no longer counts, since the job has been submitted with another"
                    + " one (SHA-256 {})", settings.submittedDigest());
            latestChange.clear();
            trial.clear();
        }
    }

    @Override
    public void processElement1(DecodedImage image, Context context, Collector<Classification> out) throws Exception {
        modelAttempts.catchUp();
        catchUpWithCandidate();
        Optional<Classification> answer = reuse.label(
                image, context.timestamp(), classifier, letter -> context.output(DeadLetterOutput.TAG, letter));
        if (answer.isPresent()) {
            out.collect(answer.get());
            context.output(AnsweredPicture.TAG, new AnsweredPicture(answer.get(), image.source()));
            classifier.compare(image, answer.get())
                    .ifPresent(compared -> context.output(CompareFunction.TAG, compared));
        }
    }

    @Override
    public void processElement2(ModelChange change, Context context, Collector<Classification> out) throws Exception {
        if (change instanceof Replacement replacement) {
            latestChange.put(settings.submittedDigest(), replacement);
            trial.remove(settings.submittedDigest());
            replace(replacement);
        } else if (change instanceof Trial wanted) {
            trial.put(settings.submittedDigest(), wanted);
            candidateAttempts.start(() -> load(wanted.candidate()));
        } else {
            trial.remove(settings.submittedDigest());
            dropCandidate();
        }
    }

    private void replace(Replacement replacement) throws IOException {
        if (replacement.choice().filter(classifier::isCandidate).isPresent()) {
            classifier.promoteCandidate();
            modelAttempts.forget();
            candidateAttempts.forget();
            modelChanges.inc();
            return;
        }
        dropCandidate();
        modelAttempts.start(() -> {
            load(replacement);
            modelChanges.inc();
        });
    }

    private void dropCandidate() {
        candidateAttempts.forget();
        classifier.dropCandidate();
    }

    /** @throws IOException if it is a canary, whose labels the other subtasks write, or the task is cancelled */
    private void catchUpWithCandidate() throws Exception {
        try {
            candidateAttempts.catchUp();
        } catch (IOException | RuntimeException e) {
            if (Thread.currentThread().isInterrupted()
                    || !(trial.get(settings.submittedDigest()) instanceof Trial failed)
                    || failed.candidate().mode() != Mode.SHADOW) {
                throw e;
            }
            candidateAttempts.forget();
            LOG.error("Subtask {} compares no pictures with the shadow at {}, until another one is published or the job"
                    + " restarts: {}", subtask(), PrintableText.escaped(failed.candidate().choice().bundle()),
                    PrintableText.escaped(e.getMessage()));
        }
    }

    private void load(Replacement replacement) throws IOException {
        classifier.load(() -> replacement.choice().isPresent()
                ? chosen(replacement.choice().get())
                : settings.loadSubmitted(getRuntimeContext()));
    }

    private void load(ModelCandidate candidate) throws IOException {
        classifier.loadCandidate(candidate, () -> chosen(candidate.choice()));
    }

    private LoadedModel chosen(ModelChoice choice) throws IOException {
        return LoadedModel.chosen(
                choice, preprocessing, settings.device().of(getRuntimeContext()), settings.regions());
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
