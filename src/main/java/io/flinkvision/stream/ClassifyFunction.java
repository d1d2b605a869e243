package io.flinkvision.stream;

import io.flinkvision.guard.GuardSettings;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The classify operator: a decoded picture in, its labels out; or a dead letter on the side output
 * {@link DeadLetters#TAG}. Each subtask has a network of its own, loaded when it opens and released when it closes.
 */
public final class ClassifyFunction extends ProcessFunction<PreparedFrame, LabelsRecord> {

    private static final long serialVersionUID = 4L;

    private final BundleLocation bundleLocation;
    private final String expectedDigest;
    private final DeviceKind device;
    private final int topK;
    private final GuardSettings guard;

    private transient SubtaskClassifier classifier;

    /**
     * @param bundleLocation where a TaskManager finds the model
     * @param expectedDigest SHA-256 of the weights that the job was submitted with, in hexadecimal
     * @param device what runs the networks
     * @param topK how many labels a picture gets at the most, at least 1
     * @param guard against pictures that kill the process
     */
    public ClassifyFunction(BundleLocation bundleLocation, String expectedDigest, DeviceKind device, int topK,
            GuardSettings guard) {
        this.bundleLocation = bundleLocation;
        this.expectedDigest = expectedDigest;
        this.device = device;
        this.topK = topK;
        this.guard = guard;
    }

    @Override
    public void open(OpenContext context) throws IOException, InterruptedException {
        classifier = new SubtaskClassifier(getRuntimeContext(), topK, guard);
        classifier.load(() -> LoadedModel.submitted(bundleLocation, expectedDigest, device, getRuntimeContext()));
    }

    @Override
    public void processElement(PreparedFrame frame, Context context, Collector<LabelsRecord> out)
            throws InterruptedException {
        classifier.answer(frame, out, letter -> context.output(DeadLetters.TAG, letter));
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
