package io.flinkvision.stream;

import io.flinkvision.model.Preprocessing;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the classify operators have in common whose model can be changed: at a {@link ModelChange} each subtask loads
 * the new network beside the old, goes over to it between two pictures, and releases the old. Pictures wait meanwhile.
 *
 * <p>The choice is broadcast state, so a restart goes on with it. A subtask that cannot load what the gate could goes
 * on with the model that it has.
 */
final class SwitchingClassifier implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SwitchingClassifier.class);

    private final RuntimeContext context;
    private final ClassifierSettings settings;
    private final Preprocessing preprocessing;
    private final SubtaskClassifier classifier;
    private final Counter modelChanges;
    private final Counter modelChangesFailed;

    /**
     * @param context of the subtask
     * @param settings the model that the job was submitted with, and how models are used
     * @param preprocessing what the job's decode operator prepares pictures for
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    SwitchingClassifier(RuntimeContext context, ClassifierSettings settings, Preprocessing preprocessing)
            throws InterruptedException {
        this.context = context;
        this.settings = settings;
        this.preprocessing = preprocessing;
        MetricGroup metrics = context.getMetricGroup();
        modelChanges = metrics.counter(ModelMetrics.MODEL_CHANGES);
        modelChangesFailed = metrics.counter(ModelMetrics.MODEL_CHANGES_FAILED);
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
        Optional<ModelChoice> restored = restoredChoice(latestChange);
        if (restored.isEmpty() || !load(restored)) {
            classifier.load(() -> settings.loadSubmitted(context));
        }
    }

    private Optional<ModelChoice> restoredChoice(BroadcastState<String, ModelChange> latestChange) throws Exception {
        ModelChange change = latestChange.get(settings.submittedDigest());
        if (change == null && latestChange.immutableEntries().iterator().hasNext()) {
            LOG.warn("The model that was chosen before no longer counts, since the job has been submitted with another"
                    + " one (SHA-256 {})", settings.submittedDigest());
            latestChange.clear();
        }
        return Optional.ofNullable(change).flatMap(ModelChange::choice);
    }

    /**
     * Goes over to the model of a change.
     *
     * @param latestChange {@link SwitchingClassifyFunction#LATEST_CHANGE}, which it becomes
     * @throws Exception if the state cannot be written, or the task is cancelled meanwhile
     */
    void change(ModelChange change, BroadcastState<String, ModelChange> latestChange) throws Exception {
        latestChange.put(settings.submittedDigest(), change);
        if (load(change.choice())) {
            modelChanges.inc();
        }
    }

    /** What classifies by the model of the moment. */
    SubtaskClassifier current() {
        return classifier;
    }

    /** Loads a chosen model, or else the submitted one, and tells whether that went well. */
    private boolean load(Optional<ModelChoice> choice) throws IOException {
        try {
            classifier.load(() -> choice.isPresent()
                    ? LoadedModel.chosen(choice.get(), preprocessing, settings.device().of(context))
                    : settings.loadSubmitted(context));
            return true;
        } catch (IOException | RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            modelChangesFailed.inc();
            LOG.error("Subtask {} cannot load the model that was chosen, and goes on with the one of SHA-256 {}, unlike"
                    + " the subtasks that could", context.getTaskInfo().getIndexOfThisSubtask() + 1,
                    classifier.digest().orElse(settings.submittedDigest()), e);
            return false;
        }
    }

    /** Releases the network; a second call does nothing. */
    @Override
    public void close() {
        classifier.close();
    }
}
