package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.RecordPosition;
import io.flinkvision.job.guard.Verdict;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ForeignValue;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.record.ValueReader.PictureBytes;
import io.flinkvision.job.record.ValueReader;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decode operator: the picture that a record holds or refers to, decoded, oriented, resized and cropped for the
 * network; or a dead letter on the side output {@link DeadLetterOutput#TAG}.
 */
public final class DecodeFunction extends ProcessFunction<RawRecord, DecodedImage> {

    private static final long serialVersionUID = 5L;

    private static final Logger LOG = LoggerFactory.getLogger(DecodeFunction.class);

    /** Key and headers travel on to the output topic, which refuses records that are too large. */
    public static final int MAX_DESCRIPTION_BYTES = 64 << 10;

    private final DecodeSettings settings;

    private transient ImageDecoder decoder;
    private transient ValueReader values;
    private transient ReferenceReader references;
    private transient CrashGuard guard;
    private transient DecodeMetrics metrics;
    private transient LogContext logContext;
    private transient DeadLetterOutput deadLetters;
    private transient boolean warnedOfCaptureTime;

    public DecodeFunction(DecodeSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    @Override
    public void open(OpenContext context) throws InterruptedException {
        metrics = new DecodeMetrics(getRuntimeContext().getMetricGroup(), InstantSource.system());
        logContext = LogContext.open(getRuntimeContext(), "decode");
        deadLetters = new DeadLetterOutput(getRuntimeContext().getMetricGroup(),
                EnumSet.complementOf(EnumSet.of(ErrorCode.CLASSIFICATION_FAILED)), LOG, logContext, System::nanoTime);
        values = new ValueReader(settings.encoding(), settings.limits().maxBytes());
        references = new ReferenceReader(settings.referencePrefixes(), settings.limits().maxBytes());
        decoder = new ImageDecoder(settings.limits(), settings.preprocessing(), settings.reduction());
        guard = CrashGuard.open(settings.guard(), "decode");
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<DecodedImage> out)
            throws InterruptedException {
        Optional<Long> timestamp = Optional.ofNullable(context.timestamp());
        metrics.received(record, timestamp);
        record.captureTimeProblem().ifPresent(problem -> ignoredCaptureTime(record, problem));
        Optional<String> stale = settings.ageLimit().complaint(record, timestamp, Instant.now().truncatedTo(ChronoUnit.MILLIS));
        if (stale.isPresent()) {
            metrics.stale();
            reject(record, new Rejected(ErrorCode.STALE, stale.get()), context);
            return;
        }
        long start = System.nanoTime();
        DecodeOutcome outcome = decode(record);
        long nanos = System.nanoTime() - start;
        if (outcome instanceof Decoded decoded) {
            metrics.decoded(nanos);
            out.collect(new DecodedImage(
                    record, decoded.width(), decoded.height(), decoded.format(), Optional.of(decoded.input()), List.of(),
                    nanos));
        } else if (outcome instanceof Rejected rejected) {
            reject(record, rejected, context);
        }
    }

    /** Warns of the first one only: a camera that sends one such time sends nothing else. */
    private void ignoredCaptureTime(RawRecord record, String problem) {
        metrics.captureTimeIgnored();
        if (!warnedOfCaptureTime) {
            warnedOfCaptureTime = true;
            logContext.asOperator(() -> LOG.warn("The capture-time of {} is ignored: {}. The metric {} counts further"
                    + " ones", record.coordinates(), problem, VisionMetrics.CAPTURE_TIMES_IGNORED));
        }
    }

    private void reject(RawRecord record, Rejected rejected, Context context) {
        metrics.rejected();
        context.output(DeadLetterOutput.TAG, deadLetters.add(record, rejected));
    }

    private DecodeOutcome decode(RawRecord record) throws InterruptedException {
        RecordPosition position = record.coordinates().position();
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
                .map(DecodeFunction::mediaType)
                .orElse("");
        if (contentType.equals(RecordHeader.RAW_PIXELS)) {
            return guarded(position, () -> decode(values.read(value), pixels -> decodeRaw(record, pixels)));
        }
        if (contentType.equals(RecordHeader.REFERENCE)) {
            PictureBytes read = references.read(value);
            return read instanceof PictureBytes.Refused refused
                    ? refused.reason()
                    : guarded(position, () -> decode(read, decoder::decode));
        }
        DecodeOutcome outcome = guarded(position, () -> decode(values.read(value), decoder::decode));
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
        return record.descriptionBytes() <= MAX_DESCRIPTION_BYTES
                ? Optional.empty()
                : Optional.of(new Rejected(ErrorCode.INVALID_HEADERS, "The record's key and headers have "
                        + record.descriptionBytes() + " bytes, more than the " + MAX_DESCRIPTION_BYTES
                        + " that can travel on to the labels"));
    }

    private DecodeOutcome decodeRaw(RawRecord record, byte[] value) {
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
        return decoder.decodeRaw(value, width.get(), height.get(), format.get());
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

    @Override
    public void close() {
        if (deadLetters != null) {
            deadLetters.close();
        }
        if (guard != null) {
            guard.close();
        }
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
    }
}
