package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.operator.UnchangedViews.Look;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.region.RegionSchedule;
import io.flinkvision.job.region.Regions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decoder of a decode operator's subtask, which this owns, its metrics, and its memory of the regions' last turns.
 * A record becomes the network's inputs of the views that are due, or a dead letter. With {@link Previewing}, views that
 * have not changed are not decoded.
 */
final class SubtaskDecoder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SubtaskDecoder.class);

    private final DecodeSettings settings;
    private final RegionSchedule schedule = new RegionSchedule();
    private final DecodeMetrics metrics;
    private final LogContext logContext;
    private final DeadLetterOutput deadLetters;
    private final RecordDecoder decoder;
    private final Optional<UnchangedViews> unchanged;
    private boolean warnedOfCaptureTime;

    /**
     * @param context of the subtask
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    SubtaskDecoder(DecodeSettings settings, RuntimeContext context) throws InterruptedException {
        this.settings = settings;
        metrics = new DecodeMetrics(context.getMetricGroup(), InstantSource.system());
        logContext = LogContext.open(context, "decode");
        deadLetters = new DeadLetterOutput(context.getMetricGroup(),
                EnumSet.complementOf(EnumSet.of(ErrorCode.CLASSIFICATION_FAILED)), LOG, logContext, System::nanoTime);
        unchanged = settings.previewing() instanceof Previewing.ByCamera byCamera
                ? Optional.of(new UnchangedViews(byCamera.rule(), settings.measuring(), context))
                : Optional.empty();
        decoder = new RecordDecoder(settings);
    }

    /**
     * Decodes a record's picture, as far as somebody wants to see of it.
     *
     * @param timestamp of the record in Kafka, in milliseconds since 1970-01-01T00:00Z; {@code null} or negative if it
     *     has none
     * @param regions of all cameras
     * @param output receives the dead letter of a record that cannot be decoded
     * @return the picture; empty if it became a dead letter
     * @throws InterruptedException if the task is cancelled before the picture is decoded
     * @throws Exception if the state of the camera cannot be read or written
     */
    Optional<DecodedImage> decode(RawRecord record, Long timestamp, Regions regions, Consumer<DeadLetter> output)
            throws Exception {
        Optional<Long> sent = Optional.ofNullable(timestamp);
        metrics.received(record, sent);
        record.captureTimeProblem().ifPresent(problem -> ignoredCaptureTime(record, problem));
        Optional<String> stale =
                settings.ageLimit().complaint(record, sent, Instant.now().truncatedTo(ChronoUnit.MILLIS));
        if (stale.isPresent()) {
            metrics.stale();
            output.accept(rejected(record, new Rejected(ErrorCode.STALE, stale.get())));
            return Optional.empty();
        }
        List<Region> all = regions.of(record.key());
        Instant time = FrameTime.of(record, timestamp);
        List<Region> due = all.stream().filter(region -> schedule.isDue(region, record.key(), time)).toList();
        DueViews views = new DueViews(settings.wholePicture().isClassified(!all.isEmpty()), due);
        long start = System.nanoTime();
        Optional<Look> look = look(record, time, views);
        if (look.filter(Look::isUnchanged).isPresent()) {
            due.forEach(region -> schedule.remember(region, record.key(), time));
            return Optional.of(undecoded(record, look.get(), views, System.nanoTime() - start));
        }
        DecodeOutcome outcome = decoder.decode(record, look.map(seen -> seen.changed(views)).orElseGet(views::all));
        long nanos = System.nanoTime() - start;
        if (outcome instanceof Rejected rejected) {
            output.accept(rejected(record, rejected));
            return Optional.empty();
        }
        due.forEach(region -> schedule.remember(region, record.key(), time));
        Decoded decoded = (Decoded) outcome;
        if (look.isPresent()) {
            unchanged.orElseThrow().remember(look.get(), views, decoded.statistics());
        }
        return Optional.of(decoded(record, decoded, look, views, nanos));
    }

    private Optional<Look> look(RawRecord record, Instant time, DueViews views) throws Exception {
        if (unchanged.isEmpty() || views.count() == 0) {
            return Optional.empty();
        }
        Optional<Look> look = unchanged.get().look(record, time, views, decoder);
        look.ifPresent(seen -> metrics.looked(seen.isUnchanged()));
        return look;
    }

    private static DecodedImage undecoded(RawRecord record, Look look, DueViews views, long nanos) {
        List<ViewInput> inputs = look.inputs(List.of());
        return new DecodedImage(record, look.width(), look.height(), look.format(), views.whole(inputs),
                views.regions(inputs), nanos, look.statistics());
    }

    private DecodedImage decoded(
            RawRecord record, Decoded decoded, Optional<Look> look, DueViews views, long nanos) {
        if (views.count() > 0) {
            metrics.decoded(nanos);
        }
        List<ViewInput> inputs = look.map(seen -> seen.inputs(decoded.views())).orElseGet(() ->
                decoded.views().stream().<ViewInput>map(ViewInput.NotCompared::new).toList());
        return new DecodedImage(record, decoded.width(), decoded.height(), decoded.format(), views.whole(inputs),
                views.regions(inputs), nanos, decoded.statistics());
    }

    /** Warns of the first one only: a camera that sends one such time sends nothing else. */
    private void ignoredCaptureTime(RawRecord record, String problem) {
        metrics.captureTimeIgnored();
        if (!warnedOfCaptureTime) {
            warnedOfCaptureTime = true;
            logContext.asOperator(() -> LOG.warn("The capture-time of {} is ignored: {}. The metric {} counts further"
                    + " ones", record.origin(), problem, VisionMetrics.CAPTURE_TIMES_IGNORED));
        }
    }

    private DeadLetter rejected(RawRecord record, Rejected rejected) {
        metrics.rejected();
        return deadLetters.add(record, rejected);
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        deadLetters.close();
        decoder.close();
    }
}
