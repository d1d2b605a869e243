package io.flinkvision.job.operator;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.operator.ViewInput.NotCompared;
import io.flinkvision.job.operator.ViewInput.Unchanged;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RegionAnswer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
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
 * <p>What the decode operator has found out is not compared again. If nothing stands for the frame since which it found a
 * view unchanged, the view is decoded and classified, and then stands for that frame.
 *
 * <p>That last frame is keyed state, which expires when its labels may no longer be reused, by the clock: so a camera
 * is classified at least that often whatever times its frames claim, and a camera or region that is gone is forgotten.
 */
public final class UnchangedFrames implements ReuseStrategy {

    private static final long serialVersionUID = 3L;

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
        Optional<LastClassified> last = Optional.ofNullable(image.whole().isPresent() ? lastClassified.value() : null)
                .filter(known -> frame.takesOver(known, image.whole().orElseThrow()));
        List<RegionAnswer> reused = new ArrayList<>();
        List<DecodedRegion> others = new ArrayList<>();
        for (DecodedRegion region : image.regions()) {
            LastRegion known = lastRegions.get(region.name());
            if (known != null && known.isOf(region) && frame.takesOver(known.last(), region.view())) {
                reused.add(known.takenOver(
                        region.name(), region.box().isSmall(image.width(), image.height())));
            } else {
                others.add(region);
            }
        }
        DecodedImage changed = image.withViews(last.isPresent() ? Optional.empty() : image.whole(), others);
        Optional<DecodedImage> decoded = classifier.decoded(changed, deadLetters);
        Optional<Classification> answered = decoded.isPresent()
                ? classifier.classify(decoded.get(), new ReusedAnswers(last, reused), deadLetters)
                : Optional.empty();
        if (answered.isPresent()) {
            remember(answered.get(), changed, decoded.get(), frame);
        }
        return answered;
    }

    /**
     * @param changed the views that had to be classified
     * @param decoded the same with their pixels
     */
    private void remember(Classification answered, DecodedImage changed, DecodedImage decoded, Frame frame)
            throws Exception {
        if (changed.whole().isPresent()) {
            lastClassified.update(frame.classified(answered, changed.whole().get(), decoded.input().orElseThrow(),
                    answered.labels()));
        }
        for (int i = 0; i < changed.regions().size(); i++) {
            DecodedRegion region = changed.regions().get(i);
            RegionAnswer answer = answered.regions().stream()
                    .filter(of -> of.name().equals(region.name())).findFirst().orElseThrow();
            lastRegions.put(region.name(), new LastRegion(
                    frame.classified(answered, region.view(), decoded.regions().get(i).input(), answer.labels()),
                    answer.box(), answer.head()));
        }
    }

    /** When a frame was taken, the digest of the model that would classify it, and what its views look like. */
    private final class Frame {

        private final Instant time;
        private final String model;
        private final Map<RgbImage, ImageFingerprint> fingerprints = new IdentityHashMap<>();

        Frame(Instant time, String model) {
            this.time = time;
            this.model = model;
        }

        boolean takesOver(LastClassified last, ViewInput view) {
            if (view instanceof Unchanged unchanged) {
                return unchanged.since().equals(last.standsFor()) && rule.allows(last.picture(), time, model);
            }
            return view instanceof NotCompared other
                    && rule.takesOver(last.picture(), fingerprint(other.pixels()), time, model);
        }

        /**
         * @param view as it was handed on
         * @param pixels of it
         */
        LastClassified classified(Classification answered, ViewInput view, RgbImage pixels, List<Label> labels) {
            return new LastClassified(answered.source(),
                    new ClassifiedImage(fingerprint(pixels), labels, time, model),
                    view instanceof Unchanged unchanged ? unchanged.since() : answered.source());
        }

        private ImageFingerprint fingerprint(RgbImage pixels) {
            return fingerprints.computeIfAbsent(pixels, ImageFingerprint::of);
        }
    }
}
