package io.flinkvision.job.operator;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;

/**
 * Gives a frame that a {@link ReuseRule} finds unchanged the labels of the last classified frame of its camera. The
 * operator must be keyed by {@link InOrder#byCamera}.
 *
 * <p>That last frame is keyed state, which expires when its labels may no longer be reused, by the clock: so a camera
 * is classified at least that often whatever times its frames claim, and a camera that is gone is forgotten.
 */
public final class UnchangedFrames implements ReuseStrategy {

    private static final long serialVersionUID = 1L;

    private final ReuseRule rule;
    private transient ValueState<LastClassified> lastClassified;

    public UnchangedFrames(ReuseRule rule) {
        this.rule = Objects.requireNonNull(rule, "rule");
    }

    @Override
    public void open(RuntimeContext context) {
        ValueStateDescriptor<LastClassified> descriptor =
                new ValueStateDescriptor<>("last-classified", RecordForms.LAST_CLASSIFIED);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(rule.atLeastEvery()).build());
        lastClassified = context.getState(descriptor);
    }

    /** A frame without a key belongs to no known camera, so it is always classified. */
    @Override
    public Optional<Classification> label(DecodedImage image, Long timestamp, SubtaskClassifier classifier,
            Consumer<DeadLetter> deadLetters) throws Exception {
        if (image.source().key().isEmpty()) {
            return classifier.classify(image, deadLetters);
        }
        ImageFingerprint fingerprint = ImageFingerprint.of(image.input().orElseThrow());
        Instant time = FrameTime.of(image.source(), timestamp);
        String model = classifier.digest().orElseThrow();
        Optional<LastClassified> last = Optional.ofNullable(lastClassified.value())
                .filter(known -> rule.takesOver(known.picture(), fingerprint, time, model));
        if (last.isPresent()) {
            return Optional.of(classifier.reuse(image, last.get()));
        }
        Optional<Classification> classified = classifier.classify(image, deadLetters);
        if (classified.isPresent()) {
            lastClassified.update(new LastClassified(classified.get().source(),
                    new ClassifiedImage(fingerprint, classified.get().labels(), time, model)));
        }
        return classified;
    }
}
