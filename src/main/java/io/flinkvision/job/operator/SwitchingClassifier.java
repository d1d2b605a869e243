package io.flinkvision.job.operator;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.job.record.PrintableText;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the classify operators have in common whose model can be changed: at a {@link ModelChange} each subtask loads
 * the new network beside the old, goes over to it between two pictures, and releases the old. Pictures wait meanwhile.
 *
 * <p>The choice is broadcast state, so a restart goes on with it. A subtask that cannot load what the gate could goes
 * on with the model that it has, says so in the gauge {@link ModelMetrics#MODEL_BEHIND}, and tries again before later
 * pictures: after {@link #FIRST_PAUSE}, then twice as long each time up to {@link #MAX_PAUSE}, and never so soon that
 * the attempts take more than a tenth of its time.
 */
final class SwitchingClassifier implements AutoCloseable {

    /** From a failed attempt until the next. */
    static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

    /** The longest pause, unless an attempt takes longer than half a minute. */
    static final Duration MAX_PAUSE = Duration.ofMinutes(5);

    private static final int PAUSES_PER_ATTEMPT = 9;

    private static final Logger LOG = LoggerFactory.getLogger(SwitchingClassifier.class);

    private final RuntimeContext context;
    private final ClassifierSettings settings;
    private final Preprocessing preprocessing;
    private final SubtaskClassifier classifier;
    private final Counter modelChanges;
    private final Counter modelChangesFailed;
    private final LongSupplier nanoTime;
    private Optional<Retry> retry = Optional.empty();

    /** Read by the reporters' threads. */
    private volatile boolean behind;

    /**
     * A change that could not be made yet.
     *
     * @param atNanos when it is tried again
     * @param pause how long that is after the last attempt
     */
    private record Retry(ModelChange change, long atNanos, Duration pause) {}

    /**
     * @param context of the subtask
     * @param settings the model that the job was submitted with, and how models are used
     * @param preprocessing what the job's decode operator prepares pictures for
     * @param nanoTime a clock that only goes forward, {@link System#nanoTime()}
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    SwitchingClassifier(RuntimeContext context, ClassifierSettings settings, Preprocessing preprocessing,
            LongSupplier nanoTime) throws InterruptedException {
        this.context = context;
        this.settings = settings;
        this.preprocessing = preprocessing;
        MetricGroup metrics = context.getMetricGroup();
        modelChanges = metrics.counter(ModelMetrics.MODEL_CHANGES);
        modelChangesFailed = metrics.counter(ModelMetrics.MODEL_CHANGES_FAILED);
        metrics.gauge(ModelMetrics.MODEL_BEHIND, (Gauge<Integer>) () -> behind ? 1 : 0);
        this.nanoTime = nanoTime;
        classifier = settings.classifier(context);
    }

    /**
     * Loads the model that was chosen before a restart, or else the submitted one.
     *
     * @param latestChange {@link SwitchingClassifyFunction#LATEST_CHANGE}
     * @throws IOException if the submitted model cannot be loaded
     * @throws Exception if the state cannot be read
     */
    void load(BroadcastState<String, ModelChange> latestChange) throws Exception {
        Optional<ModelChange> restored = restoredChange(latestChange).filter(change -> change.choice().isPresent());
        if (restored.isEmpty() || !make(restored.get(), FIRST_PAUSE)) {
            classifier.load(() -> settings.loadSubmitted(context));
        }
    }

    private Optional<ModelChange> restoredChange(BroadcastState<String, ModelChange> latestChange) throws Exception {
        ModelChange change = latestChange.get(settings.submittedDigest());
        if (change == null && latestChange.immutableEntries().iterator().hasNext()) {
            LOG.warn("The model that was chosen before no longer counts, since the job has been submitted with another"
                    + " one (SHA-256 {})", settings.submittedDigest());
            latestChange.clear();
        }
        return Optional.ofNullable(change);
    }

    /**
     * Goes over to the model of a change.
     *
     * @param latestChange {@link SwitchingClassifyFunction#LATEST_CHANGE}, which it becomes
     * @throws Exception if the state cannot be written, or the task is cancelled meanwhile
     */
    void change(ModelChange change, BroadcastState<String, ModelChange> latestChange) throws Exception {
        latestChange.put(settings.submittedDigest(), change);
        if (make(change, FIRST_PAUSE)) {
            modelChanges.inc();
        }
    }

    /**
     * Tries once more to make the change that failed, if it is time for that; called before each picture.
     *
     * @throws IOException if the task is cancelled meanwhile
     */
    void catchUp() throws IOException {
        if (retry.isPresent() && nanoTime.getAsLong() - retry.get().atNanos() >= 0) {
            Duration doubled = retry.get().pause().multipliedBy(2);
            if (make(retry.get().change(), doubled.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : doubled)) {
                modelChanges.inc();
                LOG.info("Subtask {} has caught up with the model that was chosen", subtask());
            }
        }
    }

    /** What classifies by the model of the moment. */
    SubtaskClassifier current() {
        return classifier;
    }

    /**
     * Loads the model of a change, and tells whether that went well.
     *
     * @param pause from a failure until the next attempt, at least
     */
    private boolean make(ModelChange change, Duration pause) throws IOException {
        long start = nanoTime.getAsLong();
        try {
            classifier.load(() -> change.choice().isPresent()
                    ? LoadedModel.chosen(change.choice().get(), preprocessing, settings.device().of(context))
                    : settings.loadSubmitted(context));
            retry = Optional.empty();
            behind = false;
            return true;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            modelChangesFailed.inc();
            behind = true;
            long end = nanoTime.getAsLong();
            long wait = Math.max(pause.toNanos(), PAUSES_PER_ATTEMPT * (end - start));
            retry = Optional.of(new Retry(change, end + wait, pause));
            LOG.error("Subtask {} cannot load the model that was chosen, and goes on with the one of SHA-256 {}, unlike"
                    + " the subtasks that could; it tries again in {} s: {}", subtask(),
                    classifier.digest().orElse(settings.submittedDigest()), Duration.ofNanos(wait).toSeconds(),
                    PrintableText.escaped(e.toString()));
            LOG.debug("The cause", e);
            return false;
        }
    }

    private int subtask() {
        return context.getTaskInfo().getIndexOfThisSubtask() + 1;
    }

    /** Releases the network; a second call does nothing. */
    @Override
    public void close() {
        classifier.close();
    }
}
