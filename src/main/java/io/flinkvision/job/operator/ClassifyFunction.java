package io.flinkvision.job.operator;

import io.flinkvision.job.record.Classification;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The classify operator of a job whose model stays: a decoded picture in, its labels out, or a dead letter on the side
 * output {@link DeadLetterOutput#TAG}. Each subtask owns a network, loaded when it opens and released when it closes.
 */
public final class ClassifyFunction extends ProcessFunction<DecodedImage, Classification> {

    private static final long serialVersionUID = 7L;

    private final ClassifierSettings settings;
    private final ReuseStrategy reuse;

    private transient SubtaskClassifier classifier;

    /**
     * @param settings the model, and how it is used
     * @param reuse which pictures are not classified; {@link UnchangedFrames} needs a keyed stream
     */
    public ClassifyFunction(ClassifierSettings settings, ReuseStrategy reuse) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.reuse = Objects.requireNonNull(reuse, "reuse");
    }

    @Override
    public void open(OpenContext context) throws IOException, InterruptedException {
        classifier = new SubtaskClassifier(getRuntimeContext(), settings);
        classifier.load(() -> settings.loadSubmitted(getRuntimeContext()));
        reuse.open(getRuntimeContext());
    }

    @Override
    public void processElement(DecodedImage image, Context context, Collector<Classification> out) throws Exception {
        reuse.label(image, context.timestamp(), classifier, letter -> context.output(DeadLetterOutput.TAG, letter))
                .ifPresent(answer -> {
                    out.collect(answer);
                    context.output(AnsweredPicture.TAG, new AnsweredPicture(answer, image.source()));
                });
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
