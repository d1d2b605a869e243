package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.Preview;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.View;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decodes the picture that a record holds or refers to, in whatever form, and looks at previews. Native code runs in a
 * crash guard.
 *
 * <p>Owns native memory; not thread-safe.
 */
final class RecordDecoder implements AutoCloseable {

    private final DecodeSettings settings;
    private final ValueReader values;
    private final ReferenceReader references;
    private final ImageDecoder decoder;
    private final CrashGuard guard;

    /** @throws InterruptedException if the task is cancelled meanwhile */
    RecordDecoder(DecodeSettings settings) throws InterruptedException {
        this.settings = settings;
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
     * Decodes a record's picture.
     *
     * @param views what the network is to see of it; if there are none, only its header is read
     * @throws InterruptedException if the task is cancelled before the picture is decoded
     */
    DecodeOutcome decode(RawRecord record, List<View> views) throws InterruptedException {
        RecordPosition position = record.origin().position();
        Optional<Rejected> refusal = refusal(record);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        byte[] value = record.value().orElseThrow();
        String contentType = contentType(record);
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

    /**
     * Looks at the preview of a record's picture.
     *
     * @param views as for {@link #decode}
     * @return empty where {@link #decode} is to find out what becomes of the record: where it holds no JPEG itself, or
     *     one that is refused, or may have crashed a process
     * @throws InterruptedException if the task is cancelled before the picture is looked at
     */
    Optional<Preview> preview(RawRecord record, List<View> views) throws InterruptedException {
        RecordPosition position = record.origin().position();
        // A preview of a suspect that survives would clear it before it is decoded.
        if (!holdsEncodedPicture(record) || refusal(record).isPresent() || guard.isSuspect(position)) {
            return Optional.empty();
        }
        byte[] value = record.value().orElseThrow();
        return guard.call(position, () -> values.read(value) instanceof PictureBytes.Found found
                ? decoder.preview(found.bytes(), views)
                : Optional.empty());
    }

    /** Whether the value is to be an encoded picture, rather than pixels or a reference. */
    static boolean holdsEncodedPicture(RawRecord record) {
        String contentType = contentType(record);
        return !contentType.equals(RecordHeader.RAW_PIXELS) && !contentType.equals(RecordHeader.REFERENCE);
    }

    private Optional<Rejected> refusal(RawRecord record) {
        Optional<Verdict> verdict = guard.verdict(record.origin().position());
        if (verdict.isPresent()) {
            return Optional.of(DeadLetter.reason(verdict.get()));
        }
        if (record.value().isEmpty()) {
            return Optional.of(new Rejected(ErrorCode.EMPTY, "The record has no value"));
        }
        if (record.value().get().length == 0) {
            return Optional.of(new Rejected(ErrorCode.EMPTY, "The record's value has no bytes"));
        }
        return descriptionTooLarge(record);
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

    private static String contentType(RawRecord record) {
        return record.header(RecordHeader.CONTENT_TYPE).map(RecordDecoder::mediaType).orElse("");
    }

    /** The media type without its parameters: {@code text/uri-list; charset=utf-8} is {@code text/uri-list}. */
    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        guard.close();
        decoder.close();
    }
}
