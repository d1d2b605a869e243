package io.flinkvision.job.operator;

import io.flinkvision.core.image.Preprocessing;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * The classify operator of a job whose model can be changed while it runs: as {@link ClassifyFunction}, with a
 * {@link SwitchingClassifier}, whose choice of the model is broadcast state.
 */
public final class SwitchingClassifyFunction
        extends BroadcastProcessFunction<DecodedImage, ModelChange, Classification> implements CheckpointedFunction {

    /**
     * The latest change, under the digest of the weights that the job was submitted with. A job that is submitted with
     * another model from a savepoint finds nothing there, and so the newest of both decisions counts.
     */
    public static final MapStateDescriptor<String, ModelChange> LATEST_CHANGE =
            new MapStateDescriptor<>("latest-model-change", Types.STRING, RecordTypeInformation.MODEL_CHANGE);

    private static final long serialVersionUID = 4L;

    private final ClassifierSettings settings;
    private final Preprocessing preprocessing;
    private final SerializableSupplier<Long> nanoTime;

    private transient BroadcastState<String, ModelChange> latestChange;
    private transient SwitchingClassifier classifier;

    /**
     * @param settings the model that the job was submitted with, and how models are used
     * @param preprocessing what the job's decode operator prepares pictures for
     */
    public SwitchingClassifyFunction(ClassifierSettings settings, Preprocessing preprocessing) {
        this(settings, preprocessing, System::nanoTime);
    }

    /** @param nanoTime a clock that only goes forward */
    SwitchingClassifyFunction(
            ClassifierSettings settings, Preprocessing preprocessing, SerializableSupplier<Long> nanoTime) {
        this.settings = settings;
        this.preprocessing = preprocessing;
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
        classifier = new SwitchingClassifier(getRuntimeContext(), settings, preprocessing, nanoTime::get);
        classifier.load(latestChange);
    }

    @Override
    public void processBroadcastElement(ModelChange change, Context context, Collector<Classification> out)
            throws Exception {
        classifier.change(change, context.getBroadcastState(LATEST_CHANGE));
    }

    @Override
    public void processElement(DecodedImage image, ReadOnlyContext context, Collector<Classification> out)
            throws IOException, InterruptedException {
        classifier.catchUp();
        classifier.current().classify(image, letter -> context.output(DeadLetters.TAG, letter)).ifPresent(out::collect);
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
