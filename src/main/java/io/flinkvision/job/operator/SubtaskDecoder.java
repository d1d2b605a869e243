package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.View;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.RecordPosition;
import io.flinkvision.job.guard.Verdict;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ForeignValue;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.record.ValueReader.PictureBytes;
import io.flinkvision.job.record.ValueReader;
import io.flinkvision.job.region.RegionSchedule;
import io.flinkvision.job.region.Regions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decoder of a decode operator's subtask, which this owns, its metrics, and its memory of the regions' last turns.
 * A record becomes the network's inputs of the views that are due, or a dead letter.
 */
final class SubtaskDecoder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SubtaskDecoder.class);

    private final DecodeSettings settings;
    private final RegionSchedule schedule = new RegionSchedule();
    private final DecodeMetrics metrics;
    private final LogContext logContext;
    private final DeadLetterOutput deadLetters;
    private final ValueReader values;
    private final ReferenceReader references;
    private final ImageDecoder decoder;
    private final CrashGuard guard;
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
        values = new ValueReader(settings.encoding(), settings.limits().maxBytes());
        references = new ReferenceReader(settings.referencePrefixes(), settings.limits().maxBytes());
        guard = CrashGuard.open(settings.guard(), "decode");
        try {
            decoder = new ImageDecoder(settings.limits(), settings.preprocessing(), settings.reduction(),
                    settings.measuring());
        } catch (RuntimeException | Error e) {
            guard.close();
            throw e;
        }
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
     */
    Optional<DecodedImage> decode(RawRecord record, Long timestamp, Regions regions, Consumer<DeadLetter> output)
            throws InterruptedException {
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
        boolean whole = settings.wholePicture().isClassified(!all.isEmpty());
        long start = System.nanoTime();
        DecodeOutcome outcome = decode(record, views(whole, due));
        long nanos = System.nanoTime() - start;
        if (outcome instanceof Rejected rejected) {
            output.accept(rejected(record, rejected));
            return Optional.empty();
        }
        due.forEach(region -> schedule.remember(region, record.key(), time));
        return Optional.of(decoded(record, (Decoded) outcome, whole, due, nanos));
    }

    private static List<View> views(boolean whole, List<Region> due) {
        List<View> views = new ArrayList<>(1 + due.size());
        if (whole) {
            views.add(View.WHOLE);
        }
        due.forEach(region -> views.add(new View.Region(region.box())));
        return views;
    }

    private DecodedImage decoded(RawRecord record, Decoded decoded, boolean whole, List<Region> due, long nanos) {
        List<RgbImage> views = decoded.views();
        if (!views.isEmpty()) {
            metrics.decoded(nanos);
        }
        int first = whole ? 1 : 0;
        List<DecodedRegion> regions = new ArrayList<>(due.size());
        for (int i = 0; i < due.size(); i++) {
            Region region = due.get(i);
            regions.add(new DecodedRegion(region.key().region(), region.box(), region.head(), views.get(first + i)));
        }
        return new DecodedImage(record, decoded.width(), decoded.height(), decoded.format(),
                whole ? Optional.of(views.get(0)) : Optional.empty(), regions, nanos, decoded.statistics());
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

    private DecodeOutcome decode(RawRecord record, List<View> views) throws InterruptedException {
        RecordPosition position = record.origin().position();
        Optional<Verdict> verdict = guard.verdict(position);
        if (verdict.isPresent()) {
            return DeadLetter.reason(verdict.get());
        }
        if (record.value().isEmpty()) {
            return new Rejected(ErrorCode.EMPTY, "The record has no value");
        }
        byte[] value = record.value().get();
        if (value.length == 0) {
            return new Rejected(ErrorCode.EMPTY, "The record's value has no bytes");
        }
        Optional<Rejected> tooMuch = descriptionTooLarge(record);
        if (tooMuch.isPresent()) {
            return tooMuch.get();
        }
        String contentType = record.header(RecordHeader.CONTENT_TYPE)
                .map(SubtaskDecoder::mediaType)
                .orElse("");
        if (contentType.equals(RecordHeader.RAW_PIXELS)) {
            return guarded(position, () -> decode(values.read(value), pixels -> decodeRaw(record, pixels, views)));
        }
        if (contentType.equals(RecordHeader.REFERENCE)) {
            PictureBytes read = references.read(value);
            return read instanceof PictureBytes.Refused refused
                    ? refused.reason()
                    : guarded(position, () -> decode(read, bytes -> decoder.decode(bytes, views)));
        }
        DecodeOutcome outcome = guarded(
                position, () -> decode(values.read(value), bytes -> decoder.decode(bytes, views)));
        return outcome instanceof Rejected rejected && settings.encoding() instanceof ValueEncoding.Bytes
                ? ForeignValue.explain(rejected, value)
                : outcome;
    }

    private static DecodeOutcome decode(PictureBytes picture, Function<byte[], DecodeOutcome> decoding) {
        return picture instanceof PictureBytes.Found found
                ? decoding.apply(found.bytes())
                : ((PictureBytes.Refused) picture).reason();
    }

    /** What there is no memory for may find some while the other subtasks hold no picture. */
    private DecodeOutcome guarded(RecordPosition position, Supplier<DecodeOutcome> decoding)
            throws InterruptedException {
        DecodeOutcome outcome = guard.call(position, decoding);
        return outcome instanceof Rejected rejected && rejected.code() == ErrorCode.OUT_OF_MEMORY
                ? guard.callAlone(position, decoding)
                : outcome;
    }

    private static Optional<Rejected> descriptionTooLarge(RawRecord record) {
        return record.descriptionBytes() <= DecodeFunction.MAX_DESCRIPTION_BYTES
                ? Optional.empty()
                : Optional.of(new Rejected(ErrorCode.INVALID_HEADERS, "The record's key and headers have "
                        + record.descriptionBytes() + " bytes, more than the " + DecodeFunction.MAX_DESCRIPTION_BYTES
                        + " that can travel on to the labels"));
    }

    private DecodeOutcome decodeRaw(RawRecord record, byte[] value, List<View> views) {
        Optional<Integer> width = positiveNumber(record, RecordHeader.WIDTH);
        Optional<Integer> height = positiveNumber(record, RecordHeader.HEIGHT);
        Optional<RawFormat> format = record.header(RecordHeader.FORMAT).flatMap(RawFormat::named);
        if (width.isEmpty() || height.isEmpty() || format.isEmpty()) {
            return new Rejected(ErrorCode.INVALID_HEADERS, "Raw pixels need the headers width and height, in pixels,"
                    + " and format, one of " + RawFormat.names() + "; this record has width="
                    + record.header(RecordHeader.WIDTH).orElse("(none)") + ", height="
                    + record.header(RecordHeader.HEIGHT).orElse("(none)") + ", format="
                    + record.header(RecordHeader.FORMAT).orElse("(none)"));
        }
        return decoder.decodeRaw(value, width.get(), height.get(), format.get(), views);
    }

    private static Optional<Integer> positiveNumber(RawRecord record, String name) {
        return record.header(name)
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(Integer::valueOf)
                .filter(number -> number > 0);
    }

    /** The media type without its parameters: {@code text/uri-list; charset=utf-8} is {@code text/uri-list}. */
    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        deadLetters.close();
        guard.close();
        decoder.close();
    }
}
