package io.flinkvision.stream;

import io.flinkvision.guard.GuardSettings;
import io.flinkvision.model.Preprocessing;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classify operator of a job whose model can be changed while it runs: as {@link ClassifyFunction}, and at a
 * {@link ModelChange} each subtask loads the new network beside the old, goes over to it between two pictures, and
 * releases the old. Pictures wait meanwhile.
 *
 * <p>The choice is broadcast state, so a restart goes on with it. A subtask that cannot load what the gate could goes
 * on with the model that it has.
 */
public final class SwitchingClassifyFunction
        extends BroadcastProcessFunction<PreparedFrame, ModelChange, LabelsRecord> implements CheckpointedFunction {

    /**
     * The latest change, under the digest of the weights that the job was submitted with. A job that is submitted with
     * another model from a savepoint finds nothing there, and so the newest of both decisions counts.
     */
    public static final MapStateDescriptor<String, ModelChange> LATEST_CHANGE =
            new MapStateDescriptor<>("latest-model-change", Types.STRING, RecordTypeInformation.MODEL_CHANGE);

    private static final long serialVersionUID = 2L;

    private static final Logger LOG = LoggerFactory.getLogger(SwitchingClassifyFunction.class);

    private final BundleLocation submitted;
    private final String submittedDigest;
    private final Preprocessing preprocessing;
    private final DeviceKind device;
    private final int topK;
    private final GuardSettings guard;

    private transient BroadcastState<String, ModelChange> latestChange;
    private transient SubtaskClassifier classifier;
    private transient Counter modelChanges;
    private transient Counter modelChangesFailed;

    /**
     * @param submitted where a TaskManager finds the model that the job was submitted with
     * @param submittedDigest SHA-256 of its weights, in hexadecimal
     * @param preprocessing what the job's decode operator prepares pictures for
     * @param device what runs the networks
     * @param topK how many labels a picture gets at the most, at least 1
     * @param guard against pictures that kill the process
     */
    public SwitchingClassifyFunction(BundleLocation submitted, String submittedDigest, Preprocessing preprocessing,
            DeviceKind device, int topK, GuardSettings guard) {
        this.submitted = submitted;
        this.submittedDigest = submittedDigest;
        this.preprocessing = preprocessing;
        this.device = device;
        this.topK = topK;
        this.guard = guard;
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
        modelChanges = metrics.counter(ModelMetrics.MODEL_CHANGES);
        modelChangesFailed = metrics.counter(ModelMetrics.MODEL_CHANGES_FAILED);
        classifier = new SubtaskClassifier(getRuntimeContext(), topK, guard);
        Optional<ModelChoice> restored = restoredChoice();
        if (restored.isEmpty() || !load(restored)) {
            classifier.load(this::loadSubmitted);
        }
    }

    private Optional<ModelChoice> restoredChoice() throws Exception {
        ModelChange change = latestChange.get(submittedDigest);
        if (change == null && latestChange.immutableEntries().iterator().hasNext()) {
            LOG.warn("The model that was chosen before no longer counts, since the job has been submitted with another"
                    + " one (SHA-256 {})", submittedDigest);
            latestChange.clear();
        }
        return Optional.ofNullable(change).flatMap(ModelChange::choice);
    }

    @Override
    public void processBroadcastElement(ModelChange change, Context context, Collector<LabelsRecord> out)
            throws Exception {
        context.getBroadcastState(LATEST_CHANGE).put(submittedDigest, change);
        if (load(change.choice())) {
            modelChanges.inc();
        }
    }

    @Override
    public void processElement(PreparedFrame frame, ReadOnlyContext context, Collector<LabelsRecord> out)
            throws InterruptedException {
        classifier.answer(frame, out, letter -> context.output(DeadLetters.TAG, letter));
    }

    /** Loads a chosen model, or else the submitted one, and tells whether that went well. */
    private boolean load(Optional<ModelChoice> choice) throws IOException {
        try {
            classifier.load(() -> choice.isPresent()
                    ? LoadedModel.chosen(choice.get(), preprocessing, device.of(getRuntimeContext()))
                    : loadSubmitted());
            return true;
        } catch (IOException | RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            modelChangesFailed.inc();
            LOG.error("Subtask {} cannot load the model that was chosen, and goes on with the one of SHA-256 {}, unlike"
                    + " the subtasks that could", getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() + 1,
                    classifier.digest().orElse(submittedDigest), e);
            return false;
        }
    }

    private LoadedModel loadSubmitted() throws IOException {
        return LoadedModel.submitted(submitted, submittedDigest, device, getRuntimeContext());
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
