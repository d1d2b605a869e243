package io.flinkvision.job.operator;

import io.flinkvision.core.inference.ReuseRule;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The classify operator of a job with {@code skip-unchanged}: as {@link ClassifyFunction}, but {@link UnchangedFrames}
 * take over the labels of their camera's last classified frame. Keyed by {@link InOrder#byCamera}.
 */
public final class ReusingClassifyFunction extends KeyedProcessFunction<String, DecodedImage, Classification> {

    private static final long serialVersionUID = 1L;

    private final ClassifierSettings settings;
    private final ReuseRule rule;

    private transient SubtaskClassifier classifier;
    private transient UnchangedFrames frames;

    /**
     * @param settings the model, and how it is used
     * @param rule which frames are unchanged
     */
    public ReusingClassifyFunction(ClassifierSettings settings, ReuseRule rule) {
        this.settings = settings;
        this.rule = rule;
    }

    @Override
    public void open(OpenContext context) throws IOException, InterruptedException {
        classifier = settings.classifier(getRuntimeContext());
        classifier.load(() -> settings.loadSubmitted(getRuntimeContext()));
        frames = new UnchangedFrames(getRuntimeContext(), rule, classifier);
    }

    @Override
    public void processElement(DecodedImage image, Context context, Collector<Classification> out) throws Exception {
        frames.answer(image, UnchangedFrames.time(image, context.timestamp(), context.timerService()
                .currentProcessingTime()), out, letter -> context.output(DeadLetters.TAG, letter));
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
