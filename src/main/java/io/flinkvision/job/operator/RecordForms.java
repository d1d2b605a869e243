package io.flinkvision.job.operator;

import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.job.event.Frame;
import io.flinkvision.job.operator.VersionedSerializer.Reader;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.ComparedPicture;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ModelChange;
import io.flinkvision.job.record.ModelComparison;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.job.record.StateRecord;
import io.flinkvision.job.region.RegionChange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The binary forms of all records that pass between the job's operators, and of all state. Times are in milliseconds,
 * enumerations by their names.
 *
 * <p>They are written by hand because Flink's serialiser of records as POJOs (FLINK-32380) has no form for
 * {@code Optional}, sealed types, {@code Duration} and sorted maps: each of these types would need a flat twin with
 * nullable fields. It would not be faster either: for a decoded image with a JPEG of 200 kB, written and read, it takes
 * 0.9 times as long as this form (0.6 to 2.9 in 15 pairs of rounds, about 0.1 ms each, of the 5 ms that a picture
 * takes), for labels 1.6 times (1.0 to 3.4).
 */
final class RecordForms {

    static final VersionedSerializer<RawRecord> RAW_RECORD = new VersionedSerializer<>(
            "raw record", RecordForms::writeRaw, List.of(RecordForms::readRaw));

    static final VersionedSerializer<DecodedImage> DECODED_IMAGE = new VersionedSerializer<>(
            "decoded image", RecordForms::writeDecoded,
            List.of(RecordForms::readWholeDecoded, RecordForms::readUnmeasured, RecordForms::readUncompared,
                    RecordForms::readDecoded));

    static final VersionedSerializer<Classification> CLASSIFICATION = new VersionedSerializer<>(
            "classification", RecordForms::writeClassification,
            List.of(RecordForms::readClassificationWithoutRegions, RecordForms::readUnmeasuredClassification,
                    RecordForms::readClassification));

    static final VersionedSerializer<DeadLetter> DEAD_LETTER = new VersionedSerializer<>(
            "dead letter", RecordForms::writeDeadLetter, List.of(RecordForms::readDeadLetter));

    static final VersionedSerializer<AnsweredPicture> ANSWERED_PICTURE = new VersionedSerializer<>(
            "answered picture",
            (picture, target) -> {
                writeClassification(picture.answer(), target);
                writeRaw(picture.source(), target);
            },
            List.of(source -> new AnsweredPicture(readUnmeasuredClassification(source), readRaw(source)),
                    source -> new AnsweredPicture(readClassification(source), readRaw(source))));

    static final VersionedSerializer<ModelChange> MODEL_CHANGE = new VersionedSerializer<>(
            "model change", ComparisonForms::writeChange,
            List.of(ComparisonForms::readReplacement, ComparisonForms::readChange));

    static final VersionedSerializer<ComparedPicture> COMPARED_PICTURE = new VersionedSerializer<>(
            "compared picture", ComparisonForms::writePicture, List.of(ComparisonForms::readPicture));

    /** State of the compare operator too. */
    static final VersionedSerializer<ModelComparison> MODEL_COMPARISON = new VersionedSerializer<>(
            "model comparison", ComparisonForms::writeComparison, List.of(ComparisonForms::readComparison));

    static final VersionedSerializer<RegionChange> REGION_CHANGE = new VersionedSerializer<>(
            "region change", RegionForms::writeChange, List.of(RegionForms::readChange));

    /** State of the decode operator. */
    static final VersionedSerializer<HeadsRead> HEADS_READ = new VersionedSerializer<>(
            "heads read", (read, target) -> RecordFields.writeCounts(read.ends(), target),
            List.of(source -> new HeadsRead(RecordFields.readCounts(source))));

    static final VersionedSerializer<LabelledFrame> LABELLED_FRAME = new VersionedSerializer<>(
            "labelled frame", EventForms::writeLabelled, List.of(EventForms::readLabelledOfLabels, EventForms::readLabelled));

    static final VersionedSerializer<CameraEvent> CAMERA_EVENT = new VersionedSerializer<>(
            "camera event", EventForms::writeEvent, List.of(EventForms::readEvent));

    static final VersionedSerializer<StateRecord> STATE_RECORD = new VersionedSerializer<>(
            "state record", StateForms::writeRecord, List.of(StateForms::readRecord));

    /** State of the detect-events operator. */
    static final VersionedSerializer<TrackedPresent> TRACKED_PRESENT = new VersionedSerializer<>(
            "tracked present", StateForms::writeTracked, List.of(StateForms::readTracked));

    /** State of the detect-events operator. */
    static final VersionedSerializer<Frame> FRAME = new VersionedSerializer<>(
            "frame", RecordFields::writeFrame, List.of(RecordFields::readFrameOfLabels, RecordFields::readFrame));

    /** State of the detect-events operator. */
    static final VersionedSerializer<TrackedCamera> TRACKED_CAMERA = new VersionedSerializer<>(
            "tracked camera", EventForms::writeTracked,
            List.of(EventForms::readTrackedOfLabels, EventForms::readTrackedWithoutHealth, EventForms::readTracked));

    /** State of the classify operator. */
    static final VersionedSerializer<LastClassified> LAST_CLASSIFIED = new VersionedSerializer<>(
            "last classified picture", ReuseForms::writeLast,
            List.of(ReuseForms::readLastForItself, ReuseForms::readLast));

    /** State of the classify operator. */
    static final VersionedSerializer<LastRegion> LAST_REGION = new VersionedSerializer<>(
            "last classified region", ReuseForms::writeLastRegion,
            List.of(source -> ReuseForms.readLastRegion(ReuseForms::readLastForItself, source),
                    source -> ReuseForms.readLastRegion(ReuseForms::readLast, source)));

    /** State of the decode operator. */
    static final VersionedSerializer<SeenView> SEEN_VIEW = new VersionedSerializer<>(
            "seen view", ReuseForms::writeSeen, List.of(ReuseForms::readSeen));

    /** State of the decode operator. */
    static final VersionedSerializer<CameraLooks> CAMERA_LOOKS = new VersionedSerializer<>(
            "camera looks", ReuseForms::writeLooks, List.of(ReuseForms::readLooks));

    private static final Map<String, VersionedSerializer<?>> BY_NAME = Stream.of(RAW_RECORD, DECODED_IMAGE,
                    CLASSIFICATION, DEAD_LETTER, ANSWERED_PICTURE, MODEL_CHANGE, COMPARED_PICTURE, MODEL_COMPARISON,
                    REGION_CHANGE, HEADS_READ, LABELLED_FRAME, CAMERA_EVENT, STATE_RECORD, TRACKED_PRESENT, FRAME,
                    TRACKED_CAMERA, LAST_CLASSIFIED, LAST_REGION, SEEN_VIEW, CAMERA_LOOKS)
            .collect(Collectors.toMap(VersionedSerializer::name, Function.identity()));

    private RecordForms() {}

    /**
     * The serialiser that a savepoint names.
     *
     * @throws IllegalStateException if there is none
     */
    @SuppressWarnings("unchecked")
    static <T> VersionedSerializer<T> named(String name) {
        return Optional.ofNullable((VersionedSerializer<T>) BY_NAME.get(name)).orElseThrow(() ->
                new IllegalStateException("The savepoint holds a " + name + ", which this job does not know: start"
                        + " the newer flink-vision that wrote it"));
    }

    private static void writeRaw(RawRecord record, DataOutputView target) throws IOException {
        RecordFields.writeOrigin(record.origin(), target);
        RecordFields.writeOptional(record.key(), RecordFields::writeBytes, target);
        RecordFields.writeOptional(record.value(), RecordFields::writeBytes, target);
        RecordFields.writeHeaders(record.headers(), target);
    }

    private static RawRecord readRaw(DataInputView source) throws IOException {
        return new RawRecord(
                RecordFields.readOrigin(source),
                RecordFields.readOptional(RecordFields::readBytes, source),
                RecordFields.readOptional(RecordFields::readBytes, source),
                RecordFields.readHeaders(source));
    }

    private static void writeDecoded(DecodedImage image, DataOutputView target) throws IOException {
        writeRaw(image.source(), target);
        target.writeInt(image.width());
        target.writeInt(image.height());
        RecordFields.writeText(image.format(), target);
        RecordFields.writeOptional(image.whole(), RegionForms::writeView, target);
        RegionForms.writeDecoded(image.regions(), target);
        target.writeLong(image.decodeNanos());
        RecordFields.writeOptional(image.view(), RecordFields::writeView, target);
    }

    private static DecodedImage readDecoded(DataInputView source) throws IOException {
        return readDecoded(RegionForms::readView,
                from -> RecordFields.readOptional(RecordFields::readView, from), source);
    }

    /** Version 3: nothing was compared. */
    private static DecodedImage readUncompared(DataInputView source) throws IOException {
        return readDecoded(RegionForms::readPixelsOfView,
                from -> RecordFields.readOptional(RecordFields::readView, from), source);
    }

    /** Version 2: nor was anything measured. */
    private static DecodedImage readUnmeasured(DataInputView source) throws IOException {
        return readDecoded(RegionForms::readPixelsOfView, from -> Optional.empty(), source);
    }

    private static DecodedImage readDecoded(Reader<ViewInput> views, Reader<Optional<ViewStatistics>> statistics,
            DataInputView source) throws IOException {
        return new DecodedImage(
                readRaw(source),
                source.readInt(),
                source.readInt(),
                RecordFields.readText(source),
                RecordFields.readOptional(views, source),
                RegionForms.readDecoded(views, source),
                source.readLong(),
                statistics.read(source));
    }

    /** Version 1: the whole picture alone. */
    private static DecodedImage readWholeDecoded(DataInputView source) throws IOException {
        return new DecodedImage(
                readRaw(source),
                source.readInt(),
                source.readInt(),
                RecordFields.readText(source),
                Optional.of(RegionForms.readPixelsOfView(source)),
                List.of(),
                source.readLong());
    }

    private static void writeClassification(Classification record, DataOutputView target) throws IOException {
        RecordFields.writeOrigin(record.source(), target);
        RecordFields.writeOptional(record.key(), RecordFields::writeBytes, target);
        RecordFields.writeHeaders(record.headers(), target);
        RecordFields.writeOptional(record.captureTime(), RecordFields::writeTime, target);
        target.writeInt(record.width());
        target.writeInt(record.height());
        RecordFields.writeText(record.format(), target);
        RecordFields.writeText(record.modelName(), target);
        RecordFields.writeText(record.modelDigest(), target);
        RecordFields.writeLabels(record.labels(), target);
        RegionForms.writeAnswers(record.regions(), target);
        target.writeDouble(record.decodeMillis());
        target.writeDouble(record.inferenceMillis());
        RecordFields.writeTime(record.classifiedAt(), target);
        RecordFields.writeOptional(record.reused(), RecordFields::writeText, target);
        RecordFields.writeOptional(record.view(), RecordFields::writeView, target);
    }

    private static Classification readClassification(DataInputView source) throws IOException {
        return readUnmeasuredClassification(source)
                .measured(RecordFields.readOptional(RecordFields::readView, source));
    }

    /** Version 2: nothing was measured. */
    private static Classification readUnmeasuredClassification(DataInputView source) throws IOException {
        return readClassification(RegionForms::readAnswers, source);
    }

    /** Version 1. */
    private static Classification readClassificationWithoutRegions(DataInputView source) throws IOException {
        return readClassification(from -> List.of(), source);
    }

    private static Classification readClassification(Reader<List<RegionAnswer>> regions, DataInputView source)
            throws IOException {
        return new Classification(
                RecordFields.readOrigin(source),
                RecordFields.readOptional(RecordFields::readBytes, source),
                RecordFields.readHeaders(source),
                RecordFields.readOptional(RecordFields::readTime, source),
                source.readInt(),
                source.readInt(),
                RecordFields.readText(source),
                RecordFields.readText(source),
                RecordFields.readText(source),
                RecordFields.readLabels(source),
                regions.read(source),
                source.readDouble(),
                source.readDouble(),
                RecordFields.readTime(source),
                RecordFields.readOptional(RecordFields::readText, source));
    }

    private static void writeDeadLetter(DeadLetter letter, DataOutputView target) throws IOException {
        writeRaw(letter.source(), target);
        RecordFields.writeText(letter.code().name(), target);
        RecordFields.writeText(letter.message(), target);
        RecordFields.writeTime(letter.failedAt(), target);
    }

    private static DeadLetter readDeadLetter(DataInputView source) throws IOException {
        return new DeadLetter(
                readRaw(source),
                ErrorCode.valueOf(RecordFields.readText(source)),
                RecordFields.readText(source),
                RecordFields.readTime(source));
    }
}
