package io.flinkvision.job.operator;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.inference.ReuseRule;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * The classify operator of a job with {@code skip-unchanged} whose model can be changed while it runs: as
 * {@link SwitchingClassifyFunction}, but {@link UnchangedFrames} take over the labels of their camera's last classified
 * frame, unless another model has given them. Keyed by {@link InOrder#byCamera}.
 */
public final class SwitchingReusingClassifyFunction
        extends KeyedBroadcastProcessFunction<String, DecodedImage, ModelChange, Classification>
        implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private final ClassifierSettings settings;
    private final Preprocessing preprocessing;
    private final ReuseRule rule;
    private final SerializableSupplier<Long> nanoTime;

    private transient BroadcastState<String, ModelChange> latestChange;
    private transient SwitchingClassifier classifier;
    private transient UnchangedFrames frames;

    /**
     * @param settings the model that the job was submitted with, and how models are used
     * @param preprocessing what the job's decode operator prepares pictures for
     * @param rule which frames are unchanged
     */
    public SwitchingReusingClassifyFunction(
            ClassifierSettings settings, Preprocessing preprocessing, ReuseRule rule) {
        this(settings, preprocessing, rule, System::nanoTime);
    }

    /** @param nanoTime a clock that only goes forward */
    SwitchingReusingClassifyFunction(ClassifierSettings settings, Preprocessing preprocessing, ReuseRule rule,
            SerializableSupplier<Long> nanoTime) {
        this.settings = settings;
        this.preprocessing = preprocessing;
        this.rule = rule;
        this.nanoTime = nanoTime;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        latestChange = context.getOperatorStateStore().getBroadcastState(SwitchingClassifyFunction.LATEST_CHANGE);
    }

    /** The state is Flink's, and up to date. */
    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public void open(OpenContext context) throws Exception {
        classifier = new SwitchingClassifier(getRuntimeContext(), settings, preprocessing, nanoTime::get);
        classifier.load(latestChange);
        frames = new UnchangedFrames(getRuntimeContext(), rule, classifier.current());
    }

    @Override
    public void processBroadcastElement(ModelChange change, Context context, Collector<Classification> out)
            throws Exception {
        classifier.change(change, context.getBroadcastState(SwitchingClassifyFunction.LATEST_CHANGE));
    }

    @Override
    public void processElement(DecodedImage image, ReadOnlyContext context, Collector<Classification> out)
            throws Exception {
        classifier.catchUp();
        frames.answer(image, UnchangedFrames.time(image, context.timestamp(), context.currentProcessingTime()), out,
                letter -> context.output(DeadLetters.TAG, letter));
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
