package io.flinkvision.job.operator;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import io.flinkvision.job.record.DeadLetter;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.util.Collector;

/**
 * What the keyed classify operators have in common: a frame that a {@link ReuseRule} holds to be unchanged takes over
 * the labels of the last frame of its camera that was classified, and all others are classified.
 *
 * <p>That last frame is keyed state, which lives as long as its labels may be taken over, by the clock: so a camera is
 * classified anew at least so often whatever times its frames claim, and a camera that is gone is forgotten.
 */
final class UnchangedFrames {

    private final ReuseRule rule;
    private final SubtaskClassifier classifier;
    private final ValueState<LastClassified> lastClassified;

    /**
     * @param context of the subtask of a keyed operator
     * @param classifier what classifies; it stays with who made it
     */
    UnchangedFrames(RuntimeContext context, ReuseRule rule, SubtaskClassifier classifier) {
        this.rule = rule;
        this.classifier = classifier;
        ValueStateDescriptor<LastClassified> descriptor =
                new ValueStateDescriptor<>("last-classified", LastClassifiedSerializer.INSTANCE);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(rule.atLeastEvery()).build());
        lastClassified = context.getState(descriptor);
    }

    /**
     * When a frame was taken, as far as is known: by its capture time, its record's timestamp, or else now.
     *
     * @param timestamp the record's in Kafka, in milliseconds since 1970-01-01T00:00Z; {@code null} or negative where
     *     it has none
     * @param now likewise
     */
    static Instant time(DecodedImage image, Long timestamp, long now) {
        return image.source().captureTime().orElseGet(() ->
                Instant.ofEpochMilli(timestamp == null || timestamp < 0 ? now : timestamp));
    }

    /**
     * Answers a frame of the camera that the operator's current key is. One without a key is of no known camera, so it
     * is always classified.
     *
     * @param time when it was taken, as far as is known
     * @param out takes its labels
     * @param deadLetters takes it where the network fails on it
     * @throws InterruptedException if the task is cancelled before the network runs
     * @throws Exception if the state cannot be read or written
     */
    void answer(DecodedImage image, Instant time, Collector<Classification> out, Consumer<DeadLetter> deadLetters)
            throws Exception {
        if (image.source().key().isEmpty()) {
            classifier.classify(image, deadLetters).ifPresent(out::collect);
            return;
        }
        ImageFingerprint fingerprint = ImageFingerprint.of(image.input());
        String model = classifier.digest().orElseThrow();
        Optional<LastClassified> last = Optional.ofNullable(lastClassified.value())
                .filter(known -> rule.takesOver(known.picture(), fingerprint, time, model));
        if (last.isPresent()) {
            out.collect(classifier.reuse(image, last.get()));
            return;
        }
        Optional<Classification> classified = classifier.classify(image, deadLetters);
        if (classified.isPresent()) {
            lastClassified.update(new LastClassified(classified.get().source(),
                    new ClassifiedImage(fingerprint, classified.get().labels(), time, model)));
            out.collect(classified.get());
        }
    }
}
