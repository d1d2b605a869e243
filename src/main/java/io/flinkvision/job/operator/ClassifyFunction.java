package io.flinkvision.job.operator;

import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The classify operator: a decoded picture in, its labels out; or a dead letter on the side output
 * {@link DeadLetters#TAG}. Each subtask has a network of its own, loaded when it opens and released when it closes.
 */
public final class ClassifyFunction extends ProcessFunction<DecodedImage, Classification> {

    private static final long serialVersionUID = 5L;

    private final ClassifierSettings settings;

    private transient SubtaskClassifier classifier;

    /** @param settings the model, and how it is used */
    public ClassifyFunction(ClassifierSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) throws IOException, InterruptedException {
        classifier = settings.classifier(getRuntimeContext());
        classifier.load(() -> settings.loadSubmitted(getRuntimeContext()));
    }

    @Override
    public void processElement(DecodedImage image, Context context, Collector<Classification> out)
            throws InterruptedException {
        classifier.classify(image, letter -> context.output(DeadLetters.TAG, letter)).ifPresent(out::collect);
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
