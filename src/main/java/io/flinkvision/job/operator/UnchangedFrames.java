package io.flinkvision.job.operator;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RegionAnswer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;

/**
 * Gives a frame that a {@link ReuseRule} finds unchanged the labels of the last classified frame of its camera. Each
 * region is compared with itself alone, and so is the whole frame; what has changed goes to the network in one call. The
 * operator must be keyed by {@link InOrder#byCamera}.
 *
 * <p>That last frame is keyed state, which expires when its labels may no longer be reused, by the clock: so a camera
 * is classified at least that often whatever times its frames claim, and a camera or region that is gone is forgotten.
 */
public final class UnchangedFrames implements ReuseStrategy {

    private static final long serialVersionUID = 2L;

    private final ReuseRule rule;
    private transient ValueState<LastClassified> lastClassified;
    private transient MapState<String, LastRegion> lastRegions;

    public UnchangedFrames(ReuseRule rule) {
        this.rule = Objects.requireNonNull(rule, "rule");
    }

    @Override
    public void open(RuntimeContext context) {
        StateTtlConfig timeToLive = StateTtlConfig.newBuilder(rule.atLeastEvery()).build();
        ValueStateDescriptor<LastClassified> frames =
                new ValueStateDescriptor<>("last-classified", RecordForms.LAST_CLASSIFIED);
        frames.enableTimeToLive(timeToLive);
        lastClassified = context.getState(frames);
        MapStateDescriptor<String, LastRegion> regions = new MapStateDescriptor<>(
                "last-classified-regions", StringSerializer.INSTANCE, RecordForms.LAST_REGION);
        regions.enableTimeToLive(timeToLive);
        lastRegions = context.getMapState(regions);
    }

    /** A frame without a key belongs to no known camera, so it is always classified. */
    @Override
    public Optional<Classification> label(DecodedImage image, Long timestamp, SubtaskClassifier classifier,
            Consumer<DeadLetter> deadLetters) throws Exception {
        if (image.source().key().isEmpty()) {
            return classifier.classify(image, deadLetters);
        }
        Frame frame = new Frame(FrameTime.of(image.source(), timestamp), classifier.digest(image.source()));
        Optional<ImageFingerprint> whole = image.input().map(ImageFingerprint::of);
        Optional<LastClassified> last = whole.isPresent()
                ? Optional.ofNullable(lastClassified.value())
                        .filter(known -> frame.takesOver(known, whole.get()))
                : Optional.empty();
        List<RegionAnswer> reused = new ArrayList<>();
        List<DecodedRegion> changed = new ArrayList<>();
        Map<String, ImageFingerprint> fingerprints = new HashMap<>();
        for (DecodedRegion region : image.regions()) {
            ImageFingerprint fingerprint = ImageFingerprint.of(region.input());
            LastRegion known = lastRegions.get(region.name());
            if (known != null && known.isOf(region) && frame.takesOver(known.last(), fingerprint)) {
                reused.add(known.takenOver(
                        region.name(), region.box().isSmall(image.width(), image.height())));
            } else {
                changed.add(region);
                fingerprints.put(region.name(), fingerprint);
            }
        }
        Optional<Classification> answered = classifier.classify(
                image.withViews(last.isPresent() ? Optional.empty() : image.input(), changed),
                new ReusedAnswers(last, reused), deadLetters);
        if (answered.isPresent()) {
            if (whole.isPresent() && last.isEmpty()) {
                lastClassified.update(frame.classified(answered.get(), whole.get(), answered.get().labels()));
            }
            rememberRegions(answered.get(), fingerprints, frame);
        }
        return answered;
    }

    private void rememberRegions(
            Classification answered, Map<String, ImageFingerprint> changed, Frame frame) throws Exception {
        for (RegionAnswer answer : answered.regions()) {
            ImageFingerprint fingerprint = changed.get(answer.name());
            if (fingerprint != null) {
                lastRegions.put(answer.name(), new LastRegion(
                        frame.classified(answered, fingerprint, answer.labels()), answer.box(), answer.head()));
            }
        }
    }

    /** When a frame was taken, and the digest of the model that would classify it. */
    private final class Frame {

        private final Instant time;
        private final String model;

        Frame(Instant time, String model) {
            this.time = time;
            this.model = model;
        }

        boolean takesOver(LastClassified last, ImageFingerprint fingerprint) {
            return rule.takesOver(last.picture(), fingerprint, time, model);
        }

        LastClassified classified(Classification answered, ImageFingerprint fingerprint, List<Label> labels) {
            return new LastClassified(answered.source(), new ClassifiedImage(fingerprint, labels, time, model));
        }
    }
}
